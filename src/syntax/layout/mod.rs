//! Lines and their indentation: from the pieces of a file to an outline, in which every line knows what kind of
//! line it is. Mistakes of indentation are mended here, each with one message, so that they blame no other line.

mod fits;
mod lines;
mod parts;
mod told;

use super::classify::{MAX_DEPTH, Piece, classify, head_of};
use super::node::{Node, first_of, last_character, span_of};
use super::token::{Key, Lexeme};
use super::words::Mode;
use crate::source::{SourceFile, Span};
use crate::syntax::problem::{Problem, kind};
use fits::{block_column, fits, likely_block, may_have_block, must_have_block};
use lines::{Line, lines};
use parts::{colon_ends, is_torn};
use told::{between, too_far_left};

pub(super) use fits::fits_behind_colon;

pub(super) use parts::{split_at_colon, split_parts};
pub(super) use told::missing_colon;

/// Reads the outline of a file.
pub(crate) fn outline(file: &SourceFile, id: u16) -> Vec<Node<'_>> {
    Outline::read(Mode::Item, lines(file, id))
}

/// Reads the outline of lines of one kind.
pub(crate) fn outline_of(mode: Mode, file: &SourceFile) -> Vec<Node<'_>> {
    Outline::read(mode, lines(file, 0))
}

/// A block being read.
struct Block<'a> {
    mode: Mode,
    column: usize,
    nodes: Vec<Node<'a>>,
}

struct Outline<'a> {
    /// The blocks that the next line may go on with, outermost first; never empty.
    blocks: Vec<Block<'a>>,
    /// The mode of the block that the last line opens, where it opens one.
    opened: Option<Mode>,
    /// Whether the line above was already blamed for standing too deep: a run of such lines is one mistake.
    blamed: bool,
    /// What stands right of this column is below blocks that are nested too deep, and is not read.
    too_deep: Option<usize>,
}

impl<'a> Outline<'a> {
    fn read(mode: Mode, mut lines: Vec<Line<'a>>) -> Vec<Node<'a>> {
        let first = Block { mode, column: 0, nodes: vec![] };
        let mut this = Outline { blocks: vec![first], opened: None, blamed: false, too_deep: None };
        for at in 0..lines.len() {
            let (line, rest) = match lines.get_mut(at..) {
                Some([line, rest @ ..]) => (line, rest),
                _ => break,
            };
            if this.too_deep.is_some_and(|column| line.column > column || line.pieces.is_empty()) {
                continue;
            }
            this.too_deep = None;
            let place = this.place(line, rest);
            let taken = Line {
                column: line.column,
                pieces: std::mem::take(&mut line.pieces),
                problem: line.problem.take().or(place),
            };
            this.add(taken, rest);
        }
        this.close(1);
        this.blocks.pop().map_or_else(Vec::new, |block| block.nodes)
    }

    fn top(&self) -> (Mode, usize) {
        self.blocks.last().map_or((Mode::Item, 0), |block| (block.mode, block.column))
    }

    /// Closes blocks until `left` are open.
    fn close(&mut self, left: usize) {
        while self.blocks.len() > left.max(1) {
            let Some(block) = self.blocks.pop() else { return };
            if let Some(node) = self.blocks.last_mut().and_then(|outer| outer.nodes.last_mut()) {
                node.children.extend(block.nodes);
            }
        }
    }

    /// Opens and closes blocks so that the innermost is the one that the line belongs to, and says what is wrong
    /// with its column.
    fn place(&mut self, line: &Line<'a>, rest: &[Line<'a>]) -> Option<Problem> {
        if line.pieces.is_empty() {
            return None;
        }
        let (_, column) = self.top();
        if let Some(mode) = self.opened.take() {
            let misplaced = self.misplaced(line, mode, rest);
            if line.column > column || misplaced {
                let settled = if misplaced {
                    let next = rest.iter().find(|l| !l.pieces.is_empty()).map_or(0, |l| l.column);
                    if next > column { next } else { column + 2 }
                } else {
                    block_column(mode, column, line, rest)
                };
                self.blocks.push(Block { mode, column: settled, nodes: vec![] });
                self.blamed = false;
                return match misplaced {
                    true => Some(too_far_left(line, mode, settled)),
                    false => (settled != line.column).then(|| between(line, settled)),
                };
            }
        }
        if line.problem.is_some() {
            // Its indentation tells nothing; it is read as its neighbour above is.
            return None;
        }
        if line.column == column {
            self.blamed = false;
            return None;
        }
        // In a test a line without a time may stand below the words of the line above it.
        let in_test = self.blocks.last().is_some_and(|block| block.mode == Mode::TestLine && !block.nodes.is_empty());
        if in_test && line.column > column && line.pieces.first().is_some_and(|piece| piece.lexeme != Lexeme::Plus) {
            self.blamed = false;
            return None;
        }
        if line.column > column {
            let first_of_run = !std::mem::replace(&mut self.blamed, true);
            let above = self.blocks.last().is_some_and(|block| !block.nodes.is_empty());
            let kind = kind::Layout::TooDeep { column, has_above: above };
            return first_of_run.then(|| Problem::new(line.first_span(), kind));
        }
        self.blamed = false;
        let outer = self.blocks.iter().rposition(|block| block.column <= line.column).unwrap_or(0);
        let (outer_mode, outer_column) = self.blocks.get(outer).map_or((Mode::Item, 0), |b| (b.mode, b.column));
        let fits_outer = !outer_mode.closed() || fits(outer_mode, line);
        let inner = self.blocks.get(outer + 1).map_or(Mode::Step, |block| block.mode);
        if outer_column == line.column {
            if !fits(inner, line) || fits_outer && !self.goes_on(outer + 1, rest) {
                self.close(outer + 1);
                return None;
            }
            self.close(outer + 2);
            return Some(too_far_left(line, inner, self.top().1));
        }
        let begins = |mode: Mode| head_of(mode, &line.pieces).is_some();
        self.close(if !begins(inner) && begins(outer_mode) { outer + 1 } else { outer + 2 });
        Some(between(line, self.top().1))
    }

    /// Whether, after an entry that stands in the first column, a journey goes on: then the entry is part of it.
    fn goes_on(&self, inner: usize, rest: &[Line<'a>]) -> bool {
        let Some(block) = self.blocks.get(inner).filter(|block| block.mode == Mode::Clause) else { return false };
        let below = rest.iter().take_while(|l| l.column > 0 || l.pieces.is_empty());
        below.filter(|l| l.column == block.column).any(|l| fits(Mode::Clause, l))
    }

    /// Whether a line that stands too far left was meant for a block of this mode, which the line above opens.
    fn misplaced(&self, line: &Line<'a>, mode: Mode, rest: &[Line<'a>]) -> bool {
        if line.problem.is_some() {
            return true;
        }
        let (_, column) = self.top();
        let outer = self.blocks.iter().rev().find(|block| block.column == line.column);
        // `profile:` begins an item as well as a line of a test; the moments below it tell.
        let test_goes_on = || {
            mode == Mode::TestLine
                && rest.first().and_then(|l| l.pieces.first()).is_some_and(|p| p.lexeme == Lexeme::Plus)
        };
        line.column <= column
            && fits(mode, line)
            && outer.is_some_and(|outer| outer.mode.closed() && (!fits(outer.mode, line) || test_goes_on()))
    }

    /// Adds a line to the innermost block.
    fn add(&mut self, line: Line<'a>, rest: &[Line<'a>]) {
        let mode = self.top().0;
        if line.pieces.is_empty() {
            self.push(Node {
                mode,
                pieces: vec![],
                head: None,
                opens: false,
                follows: false,
                problem: line.problem,
                children: vec![],
            });
            return;
        }
        let first = rest.iter().position(|next| !next.pieces.is_empty()).unwrap_or(rest.len());
        let next = rest.get(first);
        let mut shape = self.shape(line, next, rest.get(first + 1..).unwrap_or_default());
        let children = self.open(&mut shape, next);
        if shape.colon && children.is_empty() && !shape.deeper && shape.opens && shape.problem.is_none() {
            shape.problem = Some(shape.nothing_below(next));
        }
        // What stands deeper below a line that opens no block is one mistake with it, where it was blamed.
        self.blamed = self.blamed || shape.problem.is_some() && self.opened.is_none() && shape.deeper;
        let Shape { own: pieces, head, opens, problem, .. } = shape;
        self.push_parts(Node { mode, pieces, head, opens, follows: false, problem, children });
    }

    /// What a line is, seen with the lines below it.
    fn shape(&self, line: Line<'a>, next: Option<&Line<'a>>, after: &[Line<'a>]) -> Shape<'a> {
        let (mode, column) = self.top();
        let here = line.column;
        let mut problem = line.problem;
        let (own, mut inline) = split_at_colon(mode, line.pieces);
        if let (Mode::Step, [then], Some(colon)) = (mode, inline.as_slice(), own.last())
            && then.text == "then"
            && problem.is_none()
        {
            let place = Span { start: colon.span.end, ..then.span };
            problem = Some(Problem::new(then.span, kind::Layout::ThenBehindColon).with_safe_fix(place, ""));
            inline.clear();
        }
        let head = head_of(mode, &own);
        let mut deeper = next.is_some_and(|next| next.problem.is_none() && next.column > here.max(column));
        let mut below = mode.below(head);
        let named = own.iter().skip(2).any(|p| matches!(p.text, "on" | "every"));
        if head == Some(Key::Journey) && named && colon_ends(&own) {
            // What begins the journey stands behind its name: steps are below.
            below = Some(Mode::Step);
        }
        let odd = own.iter().any(|p| p.lexeme.is_bad(mode))
            || own.iter().chain(&inline).any(|p| p.lexeme == Lexeme::OpenText)
            || mode.closed() && head.is_none();
        let mut colon = colon_ends(&own);
        if below.is_none() && deeper && (odd || colon) {
            // What cannot be read opens the block that the lines below it make up; its own message comes later.
            below = next.map(|next| likely_block(mode, next));
            colon = true;
        }
        let junk = inline.iter().any(|p| p.lexeme.is_bad(mode) || matches!(p.lexeme, Lexeme::OpenText | Lexeme::Close))
            || inline.iter().any(|p| !p.text.is_ascii() && p.lexeme == Lexeme::Word);
        if let (Some(mode), Some(next)) = (below, next) {
            deeper = deeper || (colon && inline.is_empty() && self.misplaced(next, mode, after));
            // A neighbour that stands too deep is no block of a line that has one already.
            let around = self.top().0;
            deeper = deeper
                && (inline.is_empty()
                    || junk
                    || !fits_behind_colon(mode)
                    || around.closed() && !fits(around, next) && fits(mode, next));
        }
        let opens = colon && below.is_some();
        Shape { mode, here, own, inline, head, below, colon, opens, deeper, junk, problem }
    }

    /// Opens the block of a line, where it has one below it; what stands behind its `:` comes out.
    fn open(&mut self, shape: &mut Shape<'a>, next: Option<&Line<'a>>) -> Vec<Node<'a>> {
        let Some(below) = shape.below else { return vec![] };
        if shape.opens && !shape.inline.is_empty() {
            if shape.junk && shape.deeper && shape.problem.is_none() {
                shape.problem = classify(below, &shape.inline).err();
            } else if shape.deeper && shape.problem.is_none() {
                shape.problem = Some(Problem::new(first_of(&shape.inline), kind::Layout::TwoBlocks));
            }
            self.opened = shape.deeper.then_some(below);
            return self.inline(below, std::mem::take(&mut shape.inline));
        }
        let has_block = shape.opens
            || must_have_block(shape.mode, shape.head)
            || is_torn(shape.mode, &shape.own)
            || may_have_block(shape.head, next);
        if shape.deeper && has_block {
            let span = span_of(&shape.own);
            shape.end_with_colon();
            shape.opens = true;
            if self.blocks.len() > MAX_DEPTH {
                self.too_deep = Some(shape.here);
                shape.problem.get_or_insert_with(|| Problem::new(span, kind::Layout::TooManyBlocks));
            } else {
                self.opened = Some(below);
            }
        }
        vec![]
    }

    fn push(&mut self, node: Node<'a>) {
        if let Some(block) = self.blocks.last_mut() {
            block.nodes.push(node);
        }
    }

    /// The parts of a one-line block.
    fn inline(&self, mode: Mode, pieces: Vec<Piece<'a>>) -> Vec<Node<'a>> {
        let allowed = fits_behind_colon(mode);
        let mut nodes: Vec<Node<'a>> = Vec::new();
        for part in split_parts(mode, pieces) {
            let (own, rest) = split_at_colon(mode, part);
            let head = head_of(mode, &own);
            let below = mode.below(head);
            let mut problem = None;
            if !allowed && nodes.is_empty() {
                problem = Some(Problem::new(first_of(&own), kind::Layout::NotBehindColon));
            }
            let colon = own.last().is_some_and(|p| p.lexeme == Lexeme::Colon);
            let children = match below {
                Some(below) if colon && !rest.is_empty() && mode == Mode::Variant => self.inline(below, rest),
                Some(_) if colon && mode == Mode::Step => {
                    problem = Some(Problem::new(first_of(&own), kind::Layout::BlockInLine));
                    vec![]
                }
                _ => vec![],
            };
            nodes.push(Node {
                mode,
                pieces: own,
                head,
                opens: colon && mode == Mode::Variant,
                follows: !nodes.is_empty(),
                problem,
                children,
            });
        }
        nodes
    }

    /// Adds a line to its block; a line of steps may hold several.
    fn push_parts(&mut self, node: Node<'a>) {
        let several =
            node.mode == Mode::Step && !node.opens && node.pieces.iter().any(|p| p.lexeme == Lexeme::Semicolon);
        if !several {
            self.push(node);
            return;
        }
        let mut problem = node.problem;
        for (at, pieces) in split_parts(Mode::Step, node.pieces).into_iter().enumerate() {
            let head = head_of(Mode::Step, &pieces);
            self.push(Node {
                mode: Mode::Step,
                pieces,
                head,
                opens: false,
                follows: at > 0,
                problem: problem.take(),
                children: vec![],
            });
        }
    }
}

/// What a line is, seen with the lines below it.
struct Shape<'a> {
    mode: Mode,
    /// Its column.
    here: usize,
    /// The pieces up to and with the `:`.
    own: Vec<Piece<'a>>,
    /// Those behind it.
    inline: Vec<Piece<'a>>,
    head: Option<Key>,
    /// What stands in its block, where it can have one.
    below: Option<Mode>,
    /// Whether it ends in a `:`, or is read as if it did.
    colon: bool,
    /// Whether it opens a block and says so.
    opens: bool,
    /// Whether the next line stands deeper and belongs to it.
    deeper: bool,
    /// Whether what stands behind the `:` cannot be read.
    junk: bool,
    problem: Option<Problem>,
}

impl<'a> Shape<'a> {
    /// A line with others below it is read as if it ended in a `:`, so that what is below is looked at too.
    fn end_with_colon(&mut self) {
        let span = span_of(&self.own);
        let open_text = self.own.iter().any(|p| p.lexeme == Lexeme::OpenText);
        // A sign that only looks like a `:` has its own message.
        let odd_end = self.own.last().is_some_and(|p| p.lexeme.is_bad(self.mode));
        let sign = self.own.last().filter(|p| self.own.len() > 1 && matches!(p.text, ";" | "," | "." | "="));
        if let Some(sign) = sign.copied().filter(|_| !self.opens && self.problem.is_none()) {
            let kind = kind::Layout::OtherThanColon { sign: sign.text.to_string() };
            self.problem = Some(Problem::new(sign.span, kind).with_safe_fix(sign.span, ":"));
            self.own.pop();
            self.own.push(Piece { lexeme: Lexeme::Colon, text: ":", span: sign.span });
        } else if !self.opens && !open_text && !odd_end && self.problem.is_none() {
            self.problem = Some(missing_colon(&self.own, None));
            let end = span.end;
            self.own.push(Piece { lexeme: Lexeme::Colon, text: ":", span: Span::new(span.file, end, end) });
        }
    }

    /// A `:` that opens nothing.
    fn nothing_below(&self, next: Option<&Line<'a>>) -> Problem {
        let beside = next.is_some_and(|next| {
            next.problem.is_none() && next.column == self.here && self.below.is_some_and(|below| fits(below, next))
        });
        let kind = match beside {
            true => kind::Layout::NotIndentedBelow,
            false => kind::Layout::NothingBelow { below: self.below },
        };
        Problem::new(last_character(&self.own), kind)
    }
}
