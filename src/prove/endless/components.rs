//! Which blocks lie on one circle of arrows.

/// The number of the strongly connected component of each living block (Tarjan, with its own stack).
pub(super) fn components(next: &[Vec<usize>], alive: &[bool]) -> Vec<usize> {
    const NEW: usize = usize::MAX;
    let count = next.len();
    let (mut index, mut low, mut component) = (vec![NEW; count], vec![0; count], vec![NEW; count]);
    let (mut stack, mut at, mut found) = (Vec::new(), 0, 0);
    let get = |list: &[usize], at: usize| list.get(at).copied().unwrap_or(NEW);
    let set = |list: &mut [usize], at: usize, value: usize| {
        if let Some(slot) = list.get_mut(at) {
            *slot = value;
        }
    };
    for root in 0..count {
        let mut calls: Vec<(usize, usize)> = vec![(root, 0)];
        while let Some((node, edge)) = calls.pop() {
            if edge == 0 {
                if get(&index, node) != NEW || alive.get(node) != Some(&true) {
                    continue;
                }
                set(&mut index, node, at);
                set(&mut low, node, at);
                at += 1;
                stack.push(node);
            }
            let targets = next.get(node).map(Vec::as_slice).unwrap_or_default();
            if let Some(before) = edge.checked_sub(1).and_then(|last| targets.get(last))
                && get(&component, *before) == NEW
                && get(&index, *before) != NEW
            {
                let least = get(&low, node).min(get(&low, *before));
                set(&mut low, node, least);
            }
            if let Some(target) = targets.get(edge) {
                calls.push((node, edge + 1));
                calls.push((*target, 0));
                continue;
            }
            if get(&low, node) == get(&index, node) {
                while let Some(member) = stack.pop() {
                    set(&mut component, member, found);
                    if member == node {
                        break;
                    }
                }
                found += 1;
            }
        }
    }
    component
}
