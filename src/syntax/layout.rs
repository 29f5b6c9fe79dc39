//! Lines and their indentation: from the pieces of a file to an outline, in which every line knows what kind of
//! line it is. Mistakes of indentation are mended here, each with one message, so that they blame no other line.

use super::classify::{MAX_DEPTH, Piece, classify, head_of};
use super::lookalike;
use super::mistakes;
use super::token::{Key, Lexeme, lex};
use super::words::Mode;
use crate::diagnostic::{Diagnostic, Edit, Fix, syntax};
use crate::source::{SourceFile, Span};

/// A line, or a part of one, and what stands below it.
#[derive(Debug)]
pub(crate) struct Node<'a> {
    pub(crate) mode: Mode,
    /// The pieces up to and with the `:`, comments left out.
    pub(crate) pieces: Vec<Piece<'a>>,
    /// The word that decides what the line is.
    pub(crate) head: Option<Key>,
    /// Whether it ends in a `:` that opens a block.
    pub(crate) opens: bool,
    /// Whether it follows a `;` on its line.
    pub(crate) follows: bool,
    /// What is wrong with the line's place or shape.
    pub(crate) problem: Option<Diagnostic>,
    pub(crate) children: Vec<Node<'a>>,
}

impl Node<'_> {
    /// The line without its block.
    pub(crate) fn span(&self) -> Span {
        span_of(&self.pieces)
    }
}

struct Line<'a> {
    column: usize,
    pieces: Vec<Piece<'a>>,
    problem: Option<Diagnostic>,
}

/// Reads the outline of a file.
pub(crate) fn outline(file: &SourceFile, id: u16) -> Vec<Node<'_>> {
    Outline::read(Mode::Item, lines(file, id))
}

/// Reads the outline of lines of one kind.
pub(crate) fn outline_of(mode: Mode, file: &SourceFile) -> Vec<Node<'_>> {
    Outline::read(mode, lines(file, 0))
}

fn lines<'a>(file: &'a SourceFile, id: u16) -> Vec<Line<'a>> {
    let mut out: Vec<Line<'a>> = Vec::new();
    let mut depth = 0usize;
    let mut line_start = 0usize;
    // Whether the next piece begins a line of the file.
    let mut fresh = true;
    let mut conflict = Conflict::default();
    let mut tabs_alone: Option<bool> = None;
    for (lexeme, start, end) in lex(&file.text) {
        let span = Span::new(id, start, end);
        let piece = Piece { lexeme, text: file.slice(span), span };
        match lexeme {
            Lexeme::LineEnd => {
                line_start = end as usize;
                fresh = true;
                conflict.on_mark = false;
                continue;
            }
            _ if conflict.hides(&file.text, line_start, fresh) => {
                if std::mem::take(&mut conflict.to_tell) {
                    let mark = Span::new(id, line_start as u32, line_start as u32 + MARK as u32);
                    out.push(Line { column: 0, pieces: vec![], problem: Some(mistakes::unfinished_merge(mark)) });
                }
                fresh = false;
                continue;
            }
            Lexeme::Comment => {
                if let Some(odd) = lookalike::hidden_character(piece.text) {
                    out.push(Line {
                        column: 0,
                        pieces: vec![],
                        problem: Some(lookalike::hidden(span, piece.text, odd)),
                    });
                }
                continue;
            }
            _ => {}
        }
        if std::mem::take(&mut fresh) {
            let indent = file.text.get(line_start..start as usize).unwrap_or_default();
            let column = indent.chars().filter(|&c| c != '\u{feff}').count();
            let current = out.last_mut().filter(|line| !line.pieces.is_empty());
            let continues = current.is_some_and(|line| continues(line, depth, column, &piece));
            if !continues {
                depth = 0;
                let tab = indent.contains('\t').then(|| {
                    let place = Span::new(id, line_start as u32, start);
                    let error = syntax(place, TAB, "indent with spaces, two for each level");
                    // Lines that are indented by tabs alone stay in step with each other.
                    let safe = *tabs_alone.get_or_insert_with(|| is_indented_by_tabs(&file.text));
                    error.with_fix(Fix { edits: vec![Edit { span: place, text: indent.replace('\t', "  ") }], safe })
                });
                out.push(Line { column, pieces: vec![], problem: tab });
            }
        }
        match lexeme {
            Lexeme::Open => depth += 1,
            Lexeme::Close => depth = depth.saturating_sub(1),
            _ => {}
        }
        if matches!(lexeme, Lexeme::LongText) {
            line_start = start as usize + piece.text.rfind('\n').map_or(0, |at| at + 1);
        }
        if let Some(line) = out.last_mut() {
            line.pieces.push(piece);
        }
    }
    out
}

/// The title of a line that is indented by tabs.
pub(super) const TAB: &str = "A tab stands in the indentation of this line";

fn is_indented_by_tabs(text: &str) -> bool {
    text.lines().all(|line| !line.starts_with(' ') && !line.trim_start_matches('\t').starts_with(' '))
}

/// The length of a mark that git leaves.
const MARK: usize = 7;

/// What an unfinished merge left: of two versions the first is read, so that the marks spoil nothing around them.
#[derive(Default)]
struct Conflict {
    /// Whether the present line is a mark.
    on_mark: bool,
    /// Whether the present line is of the second version.
    second: bool,
    /// Whether it is to be told of.
    to_tell: bool,
    /// Whether the first mark was seen, and not the last.
    open: bool,
}

impl Conflict {
    /// Whether the piece that begins here, or goes on with such a line, is not to be read.
    fn hides(&mut self, text: &str, line_start: usize, fresh: bool) -> bool {
        if fresh {
            let line = text.get(line_start..).unwrap_or_default();
            let mark = ["<<<<<<<", "=======", ">>>>>>>"].iter().position(|mark| line.starts_with(mark));
            if let Some(mark) = mark {
                self.on_mark = true;
                self.to_tell = !self.open;
                self.open = mark < 2;
                self.second = mark == 1;
            }
        }
        self.on_mark || self.second
    }
}

/// Whether the line of the file that begins with `piece` goes on with the line before.
fn continues(line: &Line<'_>, depth: usize, column: usize, piece: &Piece<'_>) -> bool {
    let last = line.pieces.last();
    let last_is = |lexeme: Lexeme| last.is_some_and(|p| p.lexeme == lexeme);
    if depth > 0 && !last_is(Lexeme::Colon) && (column > line.column || piece.lexeme == Lexeme::Close) {
        return true;
    }
    let joins = |p: &Piece<'_>, words: &[&str]| p.lexeme == Lexeme::Word && words.contains(&p.text);
    // A stray comma must not swallow the line below it.
    let begins_its_own = column <= line.column && Key::of(piece.text).is_some();
    depth == 0
        && column > 0
        && (joins(piece, &["or", "and", "then"])
            || last_is(Lexeme::Comma) && !begins_its_own
            || last.is_some_and(|p| joins(p, &["or", "and"])))
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
    fn place(&mut self, line: &Line<'a>, rest: &[Line<'a>]) -> Option<Diagnostic> {
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
            return first_of_run.then(|| {
                syntax(first_span(line), "This line stands deeper than the line above it", deeper_edit(column, above))
            });
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
        let (mode, column) = self.top();
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
        let here = line.column;
        let mut problem = line.problem;
        let (mut own, mut inline) = split_at_colon(mode, line.pieces);
        if let (Mode::Step, [then], Some(colon)) = (mode, inline.as_slice(), own.last())
            && then.text == "then"
            && problem.is_none()
        {
            let title = "The `:` says already that what is done stands below";
            let place = Span { start: colon.span.end, ..then.span };
            problem = Some(syntax(then.span, title, "take `then` away").with_safe_fix(place, ""));
            inline.clear();
        }
        let head = head_of(mode, &own);
        let first = rest.iter().position(|next| !next.pieces.is_empty()).unwrap_or(rest.len());
        let next = rest.get(first);
        let after = rest.get(first + 1..).unwrap_or_default();
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
        let mut colon = own.last().is_some_and(|p| p.lexeme == Lexeme::Colon);
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
        let span = span_of(&own);
        let mut opens = colon && below.is_some();
        let mut children = vec![];
        if let Some(below) = below {
            if opens && !inline.is_empty() {
                if junk && deeper && problem.is_none() {
                    problem = classify(below, &inline).err();
                } else if deeper && problem.is_none() {
                    problem = Some(syntax(
                        first_of(&inline),
                        "A block stands behind the `:` or below it, never both",
                        "move this to a line of its own, indented",
                    ));
                }
                children = self.inline(below, inline);
                self.opened = deeper.then_some(below);
            } else if deeper
                && (opens || must_have_block(mode, head) || is_torn(mode, &own) || may_have_block(head, next))
            {
                let open_text = own.iter().any(|p| p.lexeme == Lexeme::OpenText);
                // A sign that only looks like a `:` has its own message.
                let odd_end = own.last().is_some_and(|p| p.lexeme.is_bad(mode));
                let sign = own.last().filter(|p| own.len() > 1 && matches!(p.text, ";" | "," | "." | "="));
                if let Some(sign) = sign.copied().filter(|_| !opens && problem.is_none()) {
                    let title = "A line with others below it ends in `:`";
                    problem = Some(
                        syntax(sign.span, title, format!("write `:` instead of `{}`", sign.text))
                            .with_safe_fix(sign.span, ":"),
                    );
                    own.pop();
                    own.push(Piece { lexeme: Lexeme::Colon, text: ":", span: sign.span });
                } else if !opens && !open_text && !odd_end && problem.is_none() {
                    let edit = "write `:` here, before the lines that belong to it";
                    problem = Some(missing_colon(&own, edit));
                    // It is read as if it stood there, so that what is below is looked at too.
                    let end = span.end;
                    own.push(Piece { lexeme: Lexeme::Colon, text: ":", span: Span::new(span.file, end, end) });
                }
                opens = true;
                if self.blocks.len() > MAX_DEPTH {
                    self.too_deep = Some(here);
                    problem = problem.or_else(|| {
                        Some(syntax(
                            span,
                            "Blocks are nested too deep here",
                            "at most 64 blocks may stand inside each other",
                        ))
                    });
                } else {
                    self.opened = Some(below);
                }
            }
        }
        if colon && children.is_empty() && !deeper && opens && problem.is_none() {
            let beside = next.is_some_and(|next| {
                next.problem.is_none() && next.column == here && below.is_some_and(|below| fits(below, next))
            });
            problem = Some(if beside {
                let edit = "indent what belongs to it by two spaces more; what stays in this column comes after it";
                syntax(last_character(&own), "The lines that belong below this `:` are not indented", edit)
            } else {
                syntax(
                    last_character(&own),
                    "Nothing stands below this `:`",
                    format!("write {} on the next line, indented", below.map_or("a step", Mode::noun)),
                )
            });
        }
        let blamed = problem.is_some();
        let node = Node { mode, pieces: own, head, opens, follows: false, problem, children };
        // What stands deeper below a line that opens no block is one mistake with it, where it was blamed.
        self.blamed = self.blamed || blamed && self.opened.is_none() && deeper;
        self.push_parts(node);
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
                problem = Some(syntax(
                    first_of(&own),
                    "These lines do not fit behind the `:`",
                    "put each on a line of its own below, indented",
                ));
            }
            let colon = own.last().is_some_and(|p| p.lexeme == Lexeme::Colon);
            let children = match below {
                Some(below) if colon && !rest.is_empty() && mode == Mode::Variant => self.inline(below, rest),
                Some(_) if colon && mode == Mode::Step => {
                    problem = Some(syntax(
                        first_of(&own),
                        "A block cannot stand inside a one-line block",
                        "write `then` instead of `:`, or put it on a line of its own",
                    ));
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

/// The column of the block whose first line is `line`: that line's, unless the lines after it agree on another.
fn block_column(mode: Mode, parent: usize, line: &Line<'_>, rest: &[Line<'_>]) -> usize {
    let first = line.column;
    let block =
        || rest.iter().take_while(|l| l.column > parent || l.pieces.is_empty()).filter(|l| !l.pieces.is_empty());
    let count = |column: usize| block().filter(|l| l.column == column).count();
    // What stands deeper below a line that begins a block is its block, also where its `:` was forgotten.
    let opens = line.pieces.last().is_some_and(|p| p.lexeme == Lexeme::Colon)
        || must_have_block(mode, head_of(mode, &line.pieces)) && line.pieces.iter().all(|p| p.lexeme != Lexeme::Colon);
    let other = match block().map(|l| l.column).min() {
        Some(least) if least < first => least,
        Some(_) if !opens => match block().next() {
            Some(second) if second.column > first => second.column,
            _ => return first,
        },
        _ => return first,
    };
    let (as_first, as_other) = (count(first) + 1, count(other));
    if as_other > as_first || as_other == as_first && other == parent + 2 { other } else { first }
}

/// Whether lines of this kind can stand behind the `:` that opens their block.
pub(super) fn fits_behind_colon(mode: Mode) -> bool {
    !matches!(mode, Mode::Clause | Mode::TestLine | Mode::MatchArm | Mode::SplitArm)
}

/// Whether a line can begin so in a block of this mode.
fn fits(mode: Mode, line: &Line<'_>) -> bool {
    // What other tools call a goal is no channel.
    let goal = line.pieces.first().is_some_and(|piece| matches!(piece.text, "conversion" | "objective" | "kpi"));
    head_of(mode, &line.pieces).is_some() || mode == Mode::Step && looks_like_send(&line.pieces) && !goal
}

/// The kind of block that begins with this line, below one of `mode` that cannot be read.
fn likely_block(mode: Mode, first: &Line<'_>) -> Mode {
    let candidates: &[Mode] = match mode {
        Mode::Item => &[Mode::Clause, Mode::Rule, Mode::TestLine, Mode::ChannelPart, Mode::Step],
        // The shares of a split that its author calls otherwise.
        Mode::Step if first.pieces.first().is_some_and(|p| p.lexeme == Lexeme::Number && p.text.ends_with('%')) => {
            return Mode::SplitArm;
        }
        _ => &[Mode::Step],
    };
    let found = candidates.iter().copied().find(|mode| fits(*mode, first));
    let by_sign = match first.pieces.as_slice() {
        [plus, ..] if plus.lexeme == Lexeme::Plus => Mode::TestLine,
        [_, colon, ..] if colon.lexeme == Lexeme::Colon && mode == Mode::Item => Mode::Field,
        _ => Mode::Step,
    };
    found.unwrap_or(by_sign)
}

/// The title of a line that stands left of its block.
pub(super) const TOO_FAR_LEFT: &str = "This line is not far enough to the right for its block";

fn too_far_left(line: &Line<'_>, mode: Mode, column: usize) -> Diagnostic {
    let missing = column.saturating_sub(line.column);
    let spaces = if missing == 1 { "a space" } else { &format!("{missing} spaces") };
    let edit = format!("this is {}; put {spaces} before it", mode.noun());
    let place = Span { end: first_span(line).start, ..first_span(line) };
    syntax(first_span(line), TOO_FAR_LEFT, edit).with_unsafe_fix(place, " ".repeat(missing))
}

/// Whether a line that may stand alone was meant to open the block of the line below it.
fn may_have_block(head: Option<Key>, next: Option<&Line<'_>>) -> bool {
    let parted = next.is_some_and(|next| next.pieces.get(1).is_some_and(|piece| piece.lexeme == Lexeme::Colon));
    matches!(head, Some(Key::Message | Key::Event)) && parted
}

fn must_have_block(mode: Mode, head: Option<Key>) -> bool {
    mode.must_open(head)
        || matches!(
            (mode, head),
            (Mode::Step, Some(Key::If | Key::Else))
                | (Mode::Clause, Some(Key::Goal | Key::Exit))
                | (Mode::Item, Some(Key::Event))
        )
}

fn first_of(pieces: &[Piece<'_>]) -> Span {
    pieces.first().map(|p| p.span).unwrap_or_default()
}

fn span_of(pieces: &[Piece<'_>]) -> Span {
    match (pieces.first(), pieces.last()) {
        (Some(first), Some(last)) => first.span.to(last.span),
        _ => Span::default(),
    }
}

/// A line that opens a block and does not say so.
pub(crate) fn missing_colon(pieces: &[Piece<'_>], edit: impl Into<String>) -> Diagnostic {
    let last = last_character(pieces);
    let behind = Span::new(last.file, last.end, last.end);
    syntax(last, "A `:` is missing at the end of this line", edit).with_safe_fix(behind, ":")
}

/// The last character of a line: where what it lacks would stand.
pub(crate) fn last_character(pieces: &[Piece<'_>]) -> Span {
    let Some(last) = pieces.last() else { return Span::default() };
    let length = last.text.chars().next_back().map_or(0, char::len_utf8) as u32;
    Span::new(last.span.file, last.span.end.saturating_sub(length).max(last.span.start), last.span.end)
}

fn first_span(line: &Line<'_>) -> Span {
    first_of(&line.pieces)
}

fn between(line: &Line<'_>, column: usize) -> Diagnostic {
    let edit = match column {
        0 => "begin it in the first column".to_string(),
        n => format!("indent it by {n} spaces, as its neighbours are"),
    };
    syntax(first_span(line), "This line stands between two levels", edit)
}

fn deeper_edit(column: usize, has_above: bool) -> String {
    match (column, has_above) {
        (0, false) => "begin it in the first column".to_string(),
        (0, true) => "begin it in the first column, or end the line above with `:`".to_string(),
        (n, _) => format!("indent it by {n} spaces as its neighbours are, or end the line above with `:`"),
    }
}

fn looks_like_send(pieces: &[Piece<'_>]) -> bool {
    let named =
        matches!(pieces, [a, b, ..] if a.lexeme == Lexeme::Word && matches!(b.lexeme, Lexeme::Word | Lexeme::Text));
    // `send window: 9am-5pm` is a setting of another tool, and `description "…"` says what a journey is.
    let says = pieces.first().is_some_and(|first| matches!(first.text, "description" | "title" | "label" | "name"));
    named && !says && pieces.get(2).is_none_or(|third| third.lexeme != Lexeme::Colon)
}

/// Cuts a line behind the `:` that opens its block, if it is a line that can have one.
pub(super) fn split_at_colon<'a>(mode: Mode, mut pieces: Vec<Piece<'a>>) -> (Vec<Piece<'a>>, Vec<Piece<'a>>) {
    if matches!(mode, Mode::Field | Mode::VariantPart | Mode::Trait | Mode::Condition)
        || mode.below(head_of(mode, &pieces)).is_none()
    {
        return (pieces, Vec::new());
    }
    let mut depth = 0usize;
    let colon = pieces.iter().position(|p| {
        match p.lexeme {
            Lexeme::Open => depth += 1,
            Lexeme::Close => depth = depth.saturating_sub(1),
            _ => {}
        }
        p.lexeme == Lexeme::Colon && depth == 0
    });
    match colon {
        Some(at) if !parts_the_name(mode, &pieces, at) => {
            let rest = pieces.split_off(at + 1);
            (pieces, rest)
        }
        _ => (pieces, Vec::new()),
    }
}

fn colon_ends(pieces: &[Piece<'_>]) -> bool {
    pieces.last().is_some_and(|piece| piece.lexeme == Lexeme::Colon)
}

/// Whether a `:` follows the word that begins an item, where its name belongs.
fn is_torn(mode: Mode, pieces: &[Piece<'_>]) -> bool {
    mode == Mode::Item && pieces.len() > 2 && pieces.get(1).is_some_and(|piece| piece.lexeme == Lexeme::Colon)
}

/// Whether a `:` stands where the name or the title of an item goes on, such as in `journey: cart`: no block is behind it.
fn parts_the_name(mode: Mode, pieces: &[Piece<'_>], colon: usize) -> bool {
    use Key::*;
    let head = head_of(mode, pieces);
    let named = matches!(head, Some(Journey | Message | Test | Channel | Segment | Event));
    let word = pieces.get(1).map_or("", |piece| piece.text);
    let behind = pieces.get(colon + 1..).unwrap_or_default();
    let title = matches!(head, Some(Journey | Test))
        && matches!(behind, [text] | [text, _] if matches!(text.lexeme, Lexeme::Text | Lexeme::Colon));
    if mode == Mode::Clause {
        let label = matches!(word, "criteria" | "criterion" | "rule" | "event" | "condition" | "when");
        return matches!(head, Some(Goal | Exit | On)) && !behind.is_empty() && (colon == 1 || colon == 2 && label);
    }
    mode == Mode::Item
        && !behind.is_empty()
        && (named && (colon == 1 || colon == 2 && matches!(word, "name" | "title" | "called")) || title)
}

/// Cuts a one-line block into its parts.
pub(super) fn split_parts<'a>(mode: Mode, pieces: Vec<Piece<'a>>) -> Vec<Vec<Piece<'a>>> {
    let mut parts = vec![Vec::new()];
    let mut depth = 0usize;
    for (at, piece) in pieces.iter().enumerate() {
        match piece.lexeme {
            Lexeme::OpenList if mode.has_lists() => depth += 1,
            Lexeme::CloseList if mode.has_lists() => depth = depth.saturating_sub(1),
            Lexeme::Open => depth += 1,
            Lexeme::Close => depth = depth.saturating_sub(1),
            _ => {}
        }
        if depth == 0 && divides(mode, piece, pieces.get(at + 1..).unwrap_or_default()) {
            parts.push(Vec::new());
        } else if let Some(part) = parts.last_mut() {
            part.push(*piece);
        }
    }
    parts.retain(|part| !part.is_empty());
    parts
}

/// Whether this sign ends a part, seen with what follows it.
fn divides(mode: Mode, piece: &Piece<'_>, rest: &[Piece<'_>]) -> bool {
    let next = rest.first();
    let second = rest.get(1);
    match (mode, piece.lexeme) {
        (Mode::Step | Mode::ChannelPart, Lexeme::Semicolon) => true,
        (Mode::Field | Mode::VariantPart | Mode::Trait, Lexeme::Comma) => true,
        (Mode::ChannelPart, Lexeme::Comma) => {
            next.is_some_and(|n| Mode::ChannelPart.heads().iter().any(|head| head.word() == n.text))
        }
        (Mode::Variant, Lexeme::Comma) => second.is_some_and(|s| s.lexeme == Lexeme::Colon),
        (Mode::Rule, Lexeme::Comma) => {
            // `transactional` and `stop` are categories or begin a rule; what follows tells.
            let begins = head_of(Mode::Rule, rest).is_some();
            begins && second.is_some_and(|s| !matches!(s.lexeme, Lexeme::Comma))
        }
        _ => false,
    }
}
