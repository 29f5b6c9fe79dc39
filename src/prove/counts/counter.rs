//! Follows the blocks of a journey once, with what was sent before.

use super::point::Point;
use super::*;

/// What a `repeat` does: found out once, however often it is come to.
#[derive(Debug, Clone)]
pub(super) struct Rounds {
    /// From the beginning of the repeat to that of any round.
    pub(super) to_round: Tally,
    /// From the beginning of the repeat to its end.
    pub(super) through: Tally,
    /// How long one round lasts, and all of them.
    pub(super) round: Length,
    pub(super) all: Length,
}

pub(super) struct Counter<'a> {
    pub(super) journey: &'a Journey,
    pub(super) known: Known<'a>,
    pub(super) question: Question<'a>,
    /// Quiet hours that hold a message, always or sometimes.
    pub(super) quiet: Vec<&'a Quiet>,
    /// The gap that lies between any two messages of the list.
    pub(super) gap: Option<Millis>,
    /// How long gaps and caps can hold which messages.
    pub(super) delays: Vec<(&'a List, Millis)>,
    /// Messages that windows ask about by their names.
    pub(super) asked_about: BTreeSet<MessageId>,
    pub(super) rounds: BTreeMap<Span, Rc<Rounds>>,
    /// Times of day at which quiet hours begin or end: entries before and after are followed apart.
    pub(super) moments: BTreeSet<Millis>,
    /// Whether an exit can act with no wait before.
    pub(super) exits_at_once: bool,
    /// Whether messages are counted at their steps; not while a loop is summarised, of which one round is followed by itself.
    pub(super) reports: bool,
    /// Whether it matters where somebody waits: a goal or an exit acts there, or another entry comes.
    pub(super) tracks_waits: bool,
    /// What is known wherever somebody waits.
    pub(super) waiting: Option<Point>,
    /// How long after an entry a goal can still be reached though its steps are over, and what is known then.
    goals_open_for: Option<Millis>,
    after_end: Option<Point>,
    /// What is known wherever an entry ends.
    pub(super) ends: Option<Point>,
    /// The block that is followed: entries come first, then goals, then exits.
    pub(super) block: usize,
    /// What was counted, by block and step.
    pub(super) asked: BTreeMap<(usize, Span), Vec<Asked>>,
}

/// An entry at any time of day is followed for this many parts of the day, plus one.
pub(super) const PARTS_OF_THE_DAY: usize = 8;

impl<'a> Counter<'a> {
    pub(super) fn new(program: &'a Program, journey: &'a Journey, question: Question<'a>) -> Self {
        let rules = Rules::of(program, journey);
        let mut all: BTreeSet<(ChannelId, CategoryId)> = BTreeSet::new();
        for block in journey.blocks() {
            visit_steps(block, &mut |step| {
                if let StepKind::Send(alternatives) | StepKind::BestOf(alternatives) = &step.kind {
                    all.extend(alternatives.iter().map(|send| (send.channel, send.category)));
                }
            });
        }
        let charter = &program.charter;
        let sends = all.iter().filter(|send| named(question.list, **send)).copied().collect();
        let holds = |quiet: &&Quiet| question.holds && !quiet.skip && all.iter().any(|send| named(&quiet.list, *send));
        let quiet: Vec<&Quiet> = charter.quiet.iter().chain(&journey.quiet).filter(holds).collect();
        let mut moments: BTreeSet<Millis> =
            quiet.iter().flat_map(|quiet| [millis(quiet.from), millis(quiet.to)]).collect();
        while moments.len() > PARTS_OF_THE_DAY {
            moments.pop_last();
        }
        let gaps = charter.gaps.iter().chain(&journey.gaps).filter(|gap| !gap.skip).map(|gap| (&gap.list, gap.least));
        let caps = charter.caps.iter().chain(&journey.caps).filter_map(|cap| Some((&cap.list, cap.held()?)));
        let delays = gaps.chain(caps).filter(|_| question.holds).collect();
        let still = question.still.is_some();
        let things = || Things::of(program, journey, question.still.unwrap_or_default());
        Self {
            journey,
            known: Known::new(program, question.things.cloned().unwrap_or_else(things), still),
            question,
            quiet,
            gap: rules.gap_between(&sends),
            delays,
            asked_about: windows::asked_about(journey),
            rounds: BTreeMap::new(),
            moments,
            exits_at_once: journey.exits.iter().any(|exit| matches!(exit.cause, ExitCause::When(_))),
            reports: true,
            tracks_waits: journey.goals.iter().any(|goal| !goal.steps.is_empty())
                || journey.exits.iter().any(|exit| !exit.steps.is_empty()),
            waiting: None,
            goals_open_for: journey.watches_for(),
            after_end: None,
            ends: None,
            block: 0,
            asked: BTreeMap::new(),
        }
    }

    /// Gives out what was counted since the last time.
    pub(super) fn counts(&mut self) -> Counts {
        let longest = self.ends.as_ref().and_then(|end| end.clock.since.most);
        Counts { asked: std::mem::take(&mut self.asked).into_values().flatten().collect(), longest }
    }

    pub(super) fn new_tally(&self) -> Tally {
        Tally::new(self.question.most, length(self.question.window).saturating_sub(self.question.hold))
    }

    /// Follows all blocks; `before` says what lies before an entry, by its number; `last` that no other entry comes behind
    /// it, so that nobody asks what it leaves.
    pub(super) fn journey(&mut self, before: impl Fn(usize) -> Option<Tally>, last: bool) {
        let leaving = self.tracks_waits;
        self.tracks_waits |= !last;
        for (at, entry) in self.journey.entries.iter().enumerate() {
            self.block = at;
            let tally = before(at).unwrap_or_else(|| match last {
                true => self.new_tally().as_before(),
                false => self.new_tally(),
            });
            for mut clock in Clock::entries(self.journey, &entry.cause, &self.moments) {
                let mut facts = Facts::default();
                if !self.known.enter(self.journey, &entry.cause, &mut clock, &mut facts) {
                    continue;
                }
                let point = Point { clock, tally: tally.clone(), facts };
                if self.exits_at_once {
                    add(&mut self.waiting, Some(point.clone()));
                }
                let ends = self.block(&entry.steps, vec![point]);
                self.end(joined(ends));
            }
        }
        self.tracks_waits = leaving;
        // Goals and exits act wherever somebody waits; an `exit when` even before the first step. Goals with a window act
        // behind the last step too, also that of an exit.
        let journey = self.journey;
        let (entries, goals) = (journey.entries.len(), journey.goals.len());
        if let Some(waiting) = self.waiting.clone() {
            for (at, exit) in journey.exits.iter().enumerate() {
                self.block = entries + goals + at;
                let ends = self.block(&exit.steps, vec![waiting.clone()]);
                self.end(joined(ends));
            }
        }
        let after_end = self.after_end.take();
        for (at, goal) in journey.goals.iter().enumerate() {
            let mut begins = self.waiting.clone();
            add(&mut begins, after_end.clone().filter(|_| goal.within.is_some()));
            self.block = entries + at;
            let ends = self.block(&goal.steps, begins.into_iter().collect());
            add(&mut self.ends, joined(ends));
        }
        // Behind the steps of a goal no goal acts.
        self.after_end = None;
    }

    /// The steps are over: the windows of goals may not be.
    fn end(&mut self, point: Option<Point>) {
        let Some(point) = point else { return };
        if let Some(most) = self.goals_open_for.map(|open_for| open_for.saturating_sub(point.clock.since.least))
            && self.reports
            && most > 0
        {
            let mut later = point.clone();
            later.pass(Length { least: 0, most: Some(most) });
            add(&mut self.after_end, Some(later));
        }
        add(&mut self.ends, Some(point));
    }

    /// Somebody waits from here on, so long at most: goals and exits can act.
    pub(super) fn park(&mut self, point: &Point, most: Option<Millis>) {
        if self.reports && self.tracks_waits && most != Some(0) {
            let mut clock = point.clock.clone();
            clock.pass(Length { least: 0, most });
            let mut facts = point.facts.clone();
            facts.pass();
            match &mut self.waiting {
                Some(waiting) => {
                    waiting.clock.join(&clock);
                    waiting.tally.join(&point.tally);
                    waiting.facts.join(&facts);
                }
                none => *none = Some(Point { clock, tally: point.tally.clone(), facts }),
            }
        }
    }

    /// A path on which a branch comes out so, if it can.
    pub(super) fn takes(&self, mut point: Point, way: &Way<'_>) -> Option<Point> {
        let passage = point.clock.decided(way.length, way.window);
        point.passed(&passage);
        let learned =
            way.known.iter().all(|(cond, holds)| self.known.learn(&mut point.clock, &mut point.facts, cond, *holds));
        learned.then_some(point)
    }

    /// A few rounds of a repeat, one after the other.
    fn each_round(&mut self, repeat: &Repeat<'_>, all: Vec<Point>) -> Vec<Point> {
        let &Repeat { times, every, until, steps, .. } = repeat;
        let over = |holds: bool| Way::new(Length::NONE, until.iter().map(|cond| (*cond, holds)).collect());
        let mut behind = vec![];
        let mut begins = all;
        for round in 1..=times {
            let mut next = vec![];
            for begin in std::mem::take(&mut begins) {
                if until.is_some() {
                    behind.extend(self.takes(begin.clone(), &over(true)));
                }
                let Some(mut begin) = self.takes(begin, &over(false)) else { continue };
                let origin = begin.clock.clone();
                begin.clock.begin_round();
                for mut end in self.block(steps, vec![begin]) {
                    let lasted = end.clock.end_round();
                    if round == times {
                        behind.push(end);
                        continue;
                    }
                    self.park(&end, Some(every));
                    if until.is_some() {
                        // It comes true between two rounds.
                        let mut early = end.clone();
                        early.pass(Length::up_to((every - lasted.least).max(0)));
                        behind.extend(self.takes(early, &over(true)));
                    }
                    let passage = end.clock.until_round(&origin, lasted, every);
                    end.passed(&passage);
                    next.push(end);
                }
            }
            begins = gather(next);
        }
        gather(behind)
    }

    /// Many rounds of a repeat: one stands for all, with what any number of rounds does before it.
    fn all_rounds(&mut self, repeat: &Repeat<'_>, mut now: Point) -> Point {
        let &Repeat { place, times, every, steps, .. } = repeat;
        let rounds = match self.rounds.get(&place) {
            Some(rounds) => rounds.clone(),
            None => {
                let rounds = Rc::new(self.find_rounds(repeat));
                self.rounds.insert(place, rounds.clone());
                rounds
            }
        };
        now.facts.pass();
        now.facts.send();
        if self.reports {
            let mut begin = now.clone();
            begin.tally = now.tally.then(&rounds.to_round).as_before();
            let in_step = rounds.round.most.is_some_and(|most| most <= every);
            begin.clock.begin_rounds(rounds.all, in_step && every % DAY == 0, in_step && every % WEEK == 0);
            let ends = self.block(steps, vec![begin]);
            // Between two rounds somebody waits.
            if times > 1 {
                ends.iter().for_each(|end| self.park(end, Some(every)));
            }
        }
        now.tally = now.tally.then(&rounds.through);
        now.clock.pass(rounds.all);
        now.clock.forget_sends();
        now
    }

    /// What all rounds do, from what one does by itself.
    fn find_rounds(&mut self, repeat: &Repeat<'_>) -> Rounds {
        let &Repeat { times, every, until, steps, .. } = repeat;
        let reported = std::mem::replace(&mut self.reports, false);
        let new = self.new_tally();
        let start = Point { clock: Clock::round(), tally: new.clone(), facts: Facts::default() };
        let end = joined(self.block(steps, vec![start]));
        self.reports = reported;
        // Where every path leaves there is one round at most.
        let Some(end) = end else {
            return Rounds { to_round: new.clone(), through: new, round: Length::NONE, all: Length::ANY };
        };
        let round = end.clock.since;
        let one = end.tally.clone().lasting(every);
        let to_round = up_to(&new, one, times - 1);
        let to_last = round.at_least(every).times(Millis::from(times) - 1);
        let mut through = to_round.then(&end.tally);
        let mut all = to_last.plus(round);
        if until.is_some() {
            through.join(&to_round);
            all.least = 0;
        } else {
            through = through.paths_at_least(to_last.least.saturating_add(round.least));
        }
        Rounds { to_round, through, round, all }
    }
}

impl Analysis for Counter<'_> {
    type State = Point;
    type Earlier<'s> = ();

    /// Each path by itself: that is closer than what is known of all of them.
    fn step(&mut self, step: &Step, all: Vec<Point>) -> Vec<Point> {
        let behind = match all.len() {
            1 => dataflow::step(self, step, all),
            _ => gather(all.into_iter().flat_map(|point| dataflow::step(self, step, vec![point])).collect()),
        };
        // What is sent or set can make an `exit when` true at once.
        if self.reports
            && self.exits_at_once
            && matches!(step.kind, StepKind::Send(_) | StepKind::BestOf(_) | StepKind::Set { .. })
        {
            behind.iter().for_each(|point| add(&mut self.waiting, Some(point.clone())));
        }
        behind
    }

    fn wait(&mut self, step: &Step, mut now: Point, behind: &mut Vec<Point>) {
        match &step.kind {
            StepKind::WaitFor { cond, up_to } if self.known.can_speak(cond) => {
                self.park(&now, Some(*up_to));
                let came = self.takes(now.clone(), &Way::new(Length::up_to(*up_to), vec![(cond, true)]));
                // Who goes on without it has waited to the end.
                let not = self.takes(now, &Way::new(Length::exactly(*up_to), vec![(cond, false)]));
                behind.extend(came.into_iter().chain(not));
            }
            kind => {
                if matches!(kind, StepKind::WaitUntil { or_exit: true, .. }) && self.reports {
                    add(&mut self.ends, Some(now.clone()));
                }
                let mut clock = now.clock.clone();
                let passage = clock.wait(kind);
                self.park(&now, passage.length.most);
                now.clock = clock;
                now.passed(&passage);
                behind.push(now);
            }
        }
    }

    fn send(&mut self, step: &Step, sends: &[Send], now: Point, behind: &mut Vec<Point>) {
        self.sent(step, sends, now, behind);
    }

    fn set(&mut self, _: &Step, target: &SetTarget, _: &Expr, now: &mut Point) {
        now.facts.set(target);
        now.clock.forget_dates();
    }

    fn exit(&mut self, now: Point, _: &mut Vec<Point>) {
        if self.reports {
            self.end(Some(now));
        }
    }

    fn arm(&mut self, arm: &Arm, (): &mut (), all: Vec<Point>) -> (Vec<Point>, Vec<Point>) {
        divide(all, |now| {
            let (yes, no) = ways(&now.clock, &arm.cond);
            self.park(&now, yes.length.join(no.length).most);
            (self.takes(now.clone(), &yes), self.takes(now, &no))
        })
    }

    fn fits(&mut self, value: &Expr, arm: &MatchArm, _: &[MatchArm], all: Vec<Point>) -> (Vec<Point>, Vec<Point>) {
        let fits = fits(value, &arm.values);
        let way = |holds: bool| Way::new(Length::NONE, vec![(&fits, holds)]);
        divide(all, |now| (self.takes(now.clone(), &way(true)), self.takes(now, &way(false))))
    }

    fn rounds(&mut self, repeat: &Repeat<'_>, all: Vec<Point>) -> Vec<Point> {
        match (repeat.times as usize).saturating_mul(weight(repeat.steps)) <= UNROLLED {
            true => self.each_round(repeat, all),
            false => all.into_iter().map(|now| self.all_rounds(repeat, now)).collect(),
        }
    }
}

/// A repeat of no more steps than this, rounds counted each, is followed round by round.
const UNROLLED: usize = 40;

/// How many steps a block comes to, rounds counted each.
fn weight(steps: &[Step]) -> usize {
    let of = |step: &Step| {
        let inside = step.blocks().map(weight).fold(0, usize::saturating_add);
        let times = if let StepKind::Repeat { times, .. } = step.kind { times as usize } else { 1 };
        inside.saturating_mul(times).saturating_add(1)
    };
    steps.iter().map(of).fold(0, usize::saturating_add)
}
