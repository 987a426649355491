//! What people do: they look, write, change their mind, take, end, try again.

use crate::dice::Dice;
use crate::page::{Act, Far, Line, Page, text_of};
use crate::plan::Who;
use crate::world::{Event, World};

/// Texts that one person writes at most.
const TEXTS_MAX: u64 = 12;

impl World {
    /// A person acts, and will again.
    pub(crate) fn person(&mut self, seat: usize) {
        let it = &mut self.seats[seat];
        it.acts += 1;
        let mut dice = Dice::of(self.plan.seed, "person", &[seat as u64, it.acts]);
        let wait_ms =
            if dice.chance(300) { dice.between(50, 400) } else { dice.between(400, 6_000) };
        self.after(wait_ms, Event::Person { seat });
        if self.seats[seat].number == 0 {
            self.reopen(seat);
            return self.does(seat, Act::Open);
        }
        let Some(page) = &self.seats[seat].page else { return };
        let acts = match (self.is_calm, self.seats[seat].who) {
            (true, who) => calm(who, &**page, &mut dice),
            (false, Who::Visitor(_)) => self.visitor(seat, &**page, &mut dice),
            (false, Who::Agent(_)) => self.agent(seat, &**page, &mut dice),
        };
        for act in acts {
            self.does(seat, act);
        }
    }

    fn does(&mut self, seat: usize, act: Act) {
        let (at_ms, who) = (self.now_ms(), self.seats[seat].who);
        self.trace.step(at_ms, format_args!("{who} does {act:?}"));
        let page = self.seats[seat].page.as_deref();
        self.book.does(who, &act, page);
        if matches!(act, Act::Type(..)) {
            self.seats[seat].written += 1;
        }
        self.on_page(seat, |page, now_ms, out| page.act(now_ms, act, out));
    }

    fn visitor(&self, seat: usize, page: &dyn Page, dice: &mut Dice) -> Vec<Act> {
        match page.line() {
            Line::Stopped if dice.chance(500) => return vec![Act::GoOn],
            Line::Doubtful if dice.chance(100) => return vec![Act::TryNow],
            _ => {}
        }
        if let Some(act) = retry(page, dice) {
            return vec![act];
        }
        if page.open().is_empty() && page.writable().is_empty() {
            return if dice.chance(300) { vec![Act::GoOn] } else { Vec::new() };
        }
        if dice.chance(25) {
            return vec![Act::End(String::new())];
        }
        self.write(seat, page, String::new(), dice)
    }

    fn agent(&self, seat: usize, page: &dyn Page, dice: &mut Dice) -> Vec<Act> {
        match page.line() {
            Line::Stopped if dice.chance(500) => return vec![Act::GoOn],
            Line::Doubtful if dice.chance(100) => return vec![Act::TryNow],
            _ => {}
        }
        if page.has_waiting() && dice.chance(500) {
            return vec![Act::TakeNext];
        }
        if let Some(act) = retry(page, dice) {
            return vec![act];
        }
        if let Some(act) = rejoin(page).filter(|_| dice.chance(100)) {
            return vec![act];
        }
        let Some(conversation) = dice.pick(&page.writable()).cloned() else { return Vec::new() };
        if dice.chance(20) {
            return vec![Act::End(conversation)];
        }
        self.write(seat, page, conversation, dice)
    }

    /// Types and sends, or only types, or sends what was typed before.
    fn write(&self, seat: usize, page: &dyn Page, to: String, dice: &mut Dice) -> Vec<Act> {
        let has_draft = page.drafts().get(&to).is_some_and(|it| !it.is_empty());
        if has_draft {
            return if dice.chance(700) { vec![Act::Send(to)] } else { Vec::new() };
        }
        let it = &self.seats[seat];
        if it.written >= TEXTS_MAX || dice.chance(350) {
            return Vec::new();
        }
        let id = format!("{}.{}", it.who, it.written + 1);
        let mut acts = vec![Act::Type(to.clone(), text_of(&id))];
        if dice.chance(800) {
            acts.push(Act::Send(to));
        }
        acts
    }
}

/// Now and then a person tries again what failed.
fn retry(page: &dyn Page, dice: &mut Dice) -> Option<Act> {
    let lines = page.lines();
    let failed = lines.into_iter().find(|it| it.is_own && it.far == Far::Failed)?;
    let wants = dice.chance(150);
    wants.then_some(Act::Retry { conversation: failed.conversation, key: failed.key })
}

/// An own conversation that one cannot write into is joined again.
fn rejoin(page: &dyn Page) -> Option<Act> {
    let writable = page.writable();
    page.joinable().into_iter().find(|it| !writable.contains(it)).map(Act::Rejoin)
}

/// When all troubles are over, people only do what a page asks them for.
fn calm(who: Who, page: &dyn Page, dice: &mut Dice) -> Vec<Act> {
    if page.line() == Line::Stopped {
        return vec![Act::GoOn];
    }
    if page.has_waiting() && dice.chance(700) {
        return vec![Act::TakeNext];
    }
    if let Some(act) = rejoin(page) {
        return vec![act];
    }
    if let Some(id) = page.incomplete() {
        return vec![Act::Reload(id)];
    }
    if matches!(who, Who::Visitor(_)) {
        return Vec::new();
    }
    // Looks at one after the other, so that all that was said is on screen.
    let open = page.open();
    let at = open.iter().position(|it| Some(it) == page.selected().as_ref()).map_or(0, |it| it + 1);
    let next = open.get(at).or(open.first()).cloned();
    next.filter(|it| Some(it) != page.selected().as_ref()).map(Act::Select).into_iter().collect()
}
