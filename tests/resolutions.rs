//! What names were resolved to: of every program that the tests know each place reads as the name that it is said to be, and
//! no name has two meanings at one place.

use journey::check::{NameKind, Places, Resolutions, Symbol};
use journey::source::{Span, snake_case};
use journey::{Program, SourceFile};
use std::collections::BTreeMap;

fn resolutions(text: &str) -> Resolutions {
    Program::check(&[SourceFile::new("shop.journey", text)]).resolutions
}

/// Whether the text at a place is a spelling of a name; of an attribute, of its last part.
fn reads_as(text: &str, symbol: &Symbol) -> bool {
    let written = text.trim_matches(['"', '“', '”']);
    match symbol.kind {
        NameKind::Event => snake_case(written) == symbol.name.as_str(),
        NameKind::Attribute => Some(snake_case(written).as_str()) == symbol.name.rsplit('.').next(),
        _ => written == symbol.name,
    }
}

#[test]
fn every_place_reads_as_the_name() {
    let mut counts: BTreeMap<NameKind, (usize, usize)> = BTreeMap::new();
    for (name, text) in crate::format::programs() {
        let resolved = resolutions(&text);
        let mut taken: BTreeMap<Span, Symbol> = BTreeMap::new();
        for (symbol, places) in resolved.iter() {
            let (defined, used) = counts.entry(symbol.kind).or_default();
            *defined += places.definitions.len();
            *used += places.uses.len();
            for span in places.definitions.iter().chain(&places.uses) {
                let written = &text[span.start as usize..span.end as usize];
                assert!(reads_as(written, &symbol), "{name}: {symbol:?} is said to stand at `{written}`\n{text}");
                let before = taken.insert(*span, symbol.clone());
                assert!(before.is_none(), "{name}: `{written}` is {symbol:?} and {before:?}\n{text}");
                let (found, there) = resolved.at(0, span.start).unwrap();
                assert!(there.definitions.contains(span) || there.uses.contains(span), "{name}: {found:?}");
            }
        }
    }
    println!("definitions and uses: {counts:?}");
    let kinds = counts.values().filter(|(_, used)| *used > 20).count();
    assert_eq!(kinds, 8, "a kind of name is hardly named: {counts:?}");
}

const SHOP: &str = "\
profile:
  tier: text
  address.city: text
event order_placed: total: number
channel pager: tracks delivered, opened
message hello:
  email:
    subject \"For {{ profile.tier }} in {{ profile['address'].city }}\"
    body \"{% if profile.consent.promo %}{{ profile.tier }}{% endif %}\"
  pager: \"Hello\"
audience buyers
segment vip: profile.tier is \"gold\" and sum of order_placed.total in last 30d >= 100
charter:
  timezone \"UTC\"
  cap promo 2 per week
journey greet:
  category promo
  for in vip and profile.consent.promo
  on order_placed where total > 10:
    email hello
    if opened hello within 1d then pager hello
    set profile.address.city to \"Oslo\"
    add to buyers
    start other
  goal \"Order Placed\" within 7d
journey other:
  on entering vip: email hello as promo
  goal order_placed within 7d
test greet:
  profile: tier \"gold\"
  +0 order_placed (total: 20)
  +0 expect email hello
";

#[test]
fn each_kind_of_name_has_its_places() {
    let checked = Program::check(&[SourceFile::new("shop.journey", SHOP)]);
    assert!(checked.program.is_some(), "{:#?}", checked.diagnostics);
    let resolved = checked.resolutions;
    let lines = |spans: &[Span]| -> Vec<&str> {
        let line = |span: &Span| SHOP[..span.start as usize].matches('\n').count();
        spans.iter().map(|span| SHOP.lines().nth(line(span)).unwrap().trim()).collect()
    };
    let mut shown = String::new();
    for (symbol, Places { definitions, uses, .. }) in resolved.iter() {
        shown.push_str(&format!("{:?} {}\n", symbol.kind, symbol.name));
        lines(definitions).iter().for_each(|line| shown.push_str(&format!("  defined: {line}\n")));
        lines(uses).iter().for_each(|line| shown.push_str(&format!("  used: {line}\n")));
    }
    insta::assert_snapshot!(shown);
}

/// An editor asks for what stands under the cursor.
#[test]
fn a_place_leads_to_what_is_named_there() {
    let resolved = resolutions(SHOP);
    let at = |text: &str| resolved.at(0, (SHOP.find(text).unwrap() + 1) as u32).map(|(symbol, _)| symbol);
    let vip = at("vip and profile").unwrap();
    assert_eq!((vip.kind, vip.name.as_str()), (NameKind::Segment, "vip"));
    let definition = resolved.of(vip.kind, &vip.name).unwrap().definitions[0];
    assert_eq!(definition.start as usize, SHOP.find("vip:").unwrap());
    assert_eq!(at("timezone"), None);
}

/// What stands on other lines is known though one is wrong, and on it what stands before the mistake.
#[test]
fn a_broken_file_has_its_names_too() {
    let broken = SHOP.replace("if opened hello within 1d then", "if opened hello within 1d than");
    let resolved = resolutions(&broken);
    assert!(!Program::check(&[SourceFile::new("shop.journey", broken.as_str())]).diagnostics.is_empty());
    let whole = resolutions(SHOP);
    let uses = |of: &Resolutions, kind, name| of.of(kind, name).unwrap().uses.len();
    let both = |kind, name| (uses(&resolved, kind, name), uses(&whole, kind, name));
    let (known, all) = both(NameKind::Segment, "vip");
    assert_eq!(known, all);
    let (known, all) = both(NameKind::Message, "hello");
    assert_eq!(known, all - 2, "the wrong line names it twice");
}
