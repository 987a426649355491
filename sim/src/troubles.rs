//! Troubles begin and end.

use crate::disk::Mood;
use crate::page::Far;
use crate::plan::{Moment, Trouble, Who};
use crate::world::{Event, World};

impl World {
    fn seat_of(&self, who: Who) -> Option<usize> {
        self.seats.iter().position(|it| it.who == who)
    }

    /// A trouble begins.
    pub(crate) fn begin(&mut self, number: usize) {
        if self.is_calm {
            return;
        }
        let (_, trouble) = self.plan.troubles[number];
        let at_ms = self.now_ms();
        self.trace.step(at_ms, format_args!("trouble {trouble:?}"));
        self.is_harmed |= matches!(trouble, Trouble::Crash { .. } | Trouble::Disk { .. });
        match trouble {
            Trouble::Cut { who, for_ms, .. }
            | Trouble::Mute { who, for_ms }
            | Trouble::Unplugged { who, for_ms } => {
                if self.cut(who, trouble, 1) {
                    self.after(for_ms, Event::End { trouble: number });
                }
            }
            Trouble::Crash { moment: Moment::Now, down_ms } => self.crash(down_ms),
            Trouble::Crash { moment, down_ms } => self.dies_at = Some((moment, down_ms)),
            Trouble::Reload { who, after_ms, is_anew } => {
                if let Some(seat) = self.seat_of(who)
                    && let Some(page) = &self.seats[seat].page
                {
                    // Nobody leaves who is still sending, or could not send.
                    let is_idle = page.texts().iter().all(|it| !it.is_own || it.far == Far::Sent);
                    if is_anew && is_idle {
                        self.seats[seat].sign_out();
                    }
                    self.close(seat);
                    self.after(after_ms, Event::Reopen { seat });
                }
            }
            Trouble::ServerClock { by_ms } => self.clock.jump(by_ms),
            Trouble::PageClock { who, by_ms } => {
                if let Some(seat) = self.seat_of(who) {
                    self.seats[seat].jumped_ms += by_ms;
                    self.seats[seat].is_set_back |= by_ms < 0;
                }
            }
            Trouble::Disk { mood, for_ms } => {
                self.disk.set_mood(mood);
                self.after(for_ms, Event::End { trouble: number });
            }
            Trouble::Legs { for_ms } => {
                self.legs.set_bad(true);
                self.after(for_ms, Event::End { trouble: number });
            }
        }
    }

    /// A trouble is over.
    pub(crate) fn end(&mut self, number: usize) {
        if self.is_calm {
            return;
        }
        let (_, trouble) = self.plan.troubles[number];
        let at_ms = self.now_ms();
        self.trace.step(at_ms, format_args!("no more {trouble:?}"));
        match trouble {
            Trouble::Cut { who, .. }
            | Trouble::Mute { who, .. }
            | Trouble::Unplugged { who, .. } => {
                self.cut(who, trouble, -1);
            }
            Trouble::Disk { .. } => self.disk.set_mood(Mood::Fine),
            Trouble::Legs { .. } => self.legs.set_bad(false),
            _ => {}
        }
    }

    /// One cut more or less; several may overlap. False when nobody of that name takes part.
    fn cut(&mut self, who: Who, trouble: Trouble, by: i32) -> bool {
        let Some(seat) = self.seat_of(who) else { return false };
        let cuts = &mut self.seats[seat].cuts;
        let counted = |count: &mut u32| *count = count.saturating_add_signed(by);
        match trouble {
            Trouble::Cut { up, down, .. } => {
                if up {
                    counted(&mut cuts.up);
                }
                if down {
                    counted(&mut cuts.down);
                }
            }
            Trouble::Mute { .. } => counted(&mut cuts.events),
            _ => counted(&mut cuts.plug),
        }
        true
    }
}
