//! What a seed has in store: who takes part, how long, and which troubles come when. A plan can be made
//! smaller, and is then still the same run with less in it.

use crate::dice::Dice;
use crate::disk::Mood;
use crate::image::AGENTS;

/// Most visitors of a run.
const VISITORS_MAX: u64 = 3;
/// How long people act, at least and at most: in even seeds shorter than in odd ones, so that troubles
/// fall closer together.
const ACTING_MS: [(u64, u64); 2] = [(5_000, 30_000), (6_000, 40_000)];
/// Most troubles of a run.
const TROUBLES_MAX: u64 = 8;

/// Somebody.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Who {
    /// A visitor, from 0.
    Visitor(usize),
    /// An agent, from 0.
    Agent(usize),
}

impl std::fmt::Display for Who {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Visitor(number) => write!(f, "v{number}"),
            Self::Agent(number) => write!(f, "a{number}"),
        }
    }
}

/// When the server dies.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Moment {
    /// At once.
    Now,
    /// As the next answer 201 is ready and not sent yet.
    BeforeCreated,
    /// As the next webhook or step between desk and platform is under way.
    InCommit,
}

/// A trouble.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Trouble {
    /// What somebody sends or is sent is lost without a word.
    Cut {
        /// Whose.
        who: Who,
        /// Whether requests are lost.
        up: bool,
        /// Whether answers are lost.
        down: bool,
        /// How long.
        for_ms: u64,
    },
    /// Of what somebody is sent only the answers with events are lost.
    Mute {
        /// Whose.
        who: Who,
        /// How long.
        for_ms: u64,
    },
    /// Somebody has no network, and knows it at each request.
    Unplugged {
        /// Who.
        who: Who,
        /// How long.
        for_ms: u64,
    },
    /// The server dies and comes back.
    Crash {
        /// When exactly.
        moment: Moment,
        /// How long it is away.
        down_ms: u64,
    },
    /// A page is closed without a word and opened again.
    Reload {
        /// Whose.
        who: Who,
        /// How long it is closed.
        after_ms: u64,
        /// Whether its person must sign in anew then, and the application of before lives on alone. An agent's
        /// only: a visitor's page would be another visitor.
        is_anew: bool,
    },
    /// The server's wall clock jumps.
    ServerClock {
        /// How far.
        by_ms: i64,
    },
    /// A page's wall clock jumps.
    PageClock {
        /// Whose.
        who: Who,
        /// How far.
        by_ms: i64,
    },
    /// The disk is slow or full.
    Disk {
        /// What it does.
        mood: Mood,
        /// How long.
        for_ms: u64,
    },
    /// Requests between desk and platform are lost.
    Legs {
        /// How long.
        for_ms: u64,
    },
}

/// How requests fare when nothing special is the matter, each in a thousand.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Weather {
    /// Requests that are lost on their way.
    pub lost: u64,
    /// Answers that are lost on their way.
    pub answer_lost: u64,
    /// Requests that arrive twice.
    pub twice: u64,
    /// Requests and answers that take up to seconds.
    pub late: u64,
    /// The longest ordinary way, in milliseconds.
    pub way_ms: u64,
}

/// All that a seed has in store.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Plan {
    /// The seed, for everything that is drawn as it happens.
    pub seed: u64,
    /// How many visitors.
    pub visitors: usize,
    /// How many agents.
    pub agents: usize,
    /// How long people act and troubles come.
    pub acting_ms: u64,
    /// How requests fare.
    pub weather: Weather,
    /// What comes when, in milliseconds from the beginning.
    pub troubles: Vec<(u64, Trouble)>,
}

impl Plan {
    /// What a seed has in store.
    pub fn of(seed: u64) -> Self {
        let mut dice = Dice::of(seed, "plan", &[]);
        let visitors = usize::try_from(dice.between(1, VISITORS_MAX)).unwrap_or(1);
        let agents = usize::try_from(dice.between(1, AGENTS as u64)).unwrap_or(1);
        let (least_ms, most_ms) = ACTING_MS[usize::from(seed % 2 == 1)];
        let acting_ms = dice.between(least_ms, most_ms);
        let is_fair = dice.chance(250);
        let mut rate = |most: u64| if is_fair { 0 } else { dice.below(most + 1) };
        let weather = Weather {
            lost: rate(40),
            answer_lost: rate(40),
            twice: rate(30),
            late: rate(30),
            way_ms: 5 + rate(150),
        };
        let count = dice.below(TROUBLES_MAX + 1);
        let mut troubles: Vec<(u64, Trouble)> = (0..count)
            .map(|_| (dice.below(acting_ms), trouble(&mut dice, visitors, agents)))
            .collect();
        troubles.sort_by_key(|(at_ms, _)| *at_ms);
        Self { seed, visitors, agents, acting_ms, weather, troubles }
    }

    /// Everybody who takes part.
    pub fn people(&self) -> Vec<Who> {
        let agents = (0..self.agents).map(Who::Agent);
        (0..self.visitors).map(Who::Visitor).chain(agents).collect()
    }
}

fn trouble(dice: &mut Dice, visitors: usize, agents: usize) -> Trouble {
    let number = |dice: &mut Dice, of: usize| usize::try_from(dice.below(of as u64)).unwrap_or(0);
    let who = if dice.chance(600) {
        Who::Visitor(number(dice, visitors))
    } else {
        Who::Agent(number(dice, agents))
    };
    let for_ms = dice.between(200, 25_000);
    let by_ms = [-7_000, -400, 900, 30_000, 120_000, 1_200_000];
    let by_ms = dice.pick(&by_ms).copied().unwrap_or_default();
    match dice.below(20) {
        0..=3 => {
            let way = dice.below(4);
            if way == 3 {
                return Trouble::Mute { who, for_ms };
            }
            Trouble::Cut { who, up: way != 0, down: way != 1, for_ms }
        }
        4 | 5 => Trouble::Unplugged { who, for_ms },
        6..=10 => {
            let moment = match dice.below(3) {
                0 => Moment::Now,
                1 => Moment::BeforeCreated,
                _ => Moment::InCommit,
            };
            Trouble::Crash { moment, down_ms: dice.between(5, 6_000) }
        }
        11..=14 => {
            let after_ms = dice.between(1, 4_000);
            let is_anew = matches!(who, Who::Agent(_)) && dice.chance(500);
            Trouble::Reload { who, after_ms, is_anew }
        }
        15 => Trouble::ServerClock { by_ms },
        16 => Trouble::PageClock { who, by_ms },
        17 => Trouble::Disk { mood: Mood::Full, for_ms: for_ms / 4 },
        18 => Trouble::Disk { mood: Mood::Slow(dice.between(100, 3_000)), for_ms },
        _ => Trouble::Legs { for_ms },
    }
}
