//! What to simulate: spelled out by a test, or all of it drawn from one number.

use light_client::{id::Height, suite::Suite};

use crate::{byzantine::Behaviour, random::Random, store::CommitCrash};

/// One run.
#[derive(Debug, Clone)]
pub struct Scenario {
    /// Decides everything that is left open.
    pub seed: u64,
    /// The suite of votes, trees and transactions.
    pub suite: Suite,
    /// How many validators; up to 50.
    pub validators: u8,
    /// The height to reach at least.
    pub heights: u64,
    /// How many transactions are submitted, the first two being registration and lease.
    pub transactions: usize,
    /// How many operations on invoices are tried, with a reference beside the ledger.
    pub operations: u64,
    /// How many transactions are submitted at a time.
    pub at_once: usize,
    /// A new version of a module, and who cannot execute it.
    pub upgrade: Option<Upgrade>,
    /// Whether the validators change their keys half-way.
    pub rotates: bool,
    /// What goes wrong.
    pub faults: Faults,
    /// How the last validator misbehaves, if it does.
    pub byzantine: Option<Behaviour>,
    /// Which rule is missing: with any, the checker must find a violation.
    pub mutation: Option<Mutation>,
}

/// What goes wrong around honest validators, until [`Faults::until_ms`].
#[derive(Debug, Clone, Default)]
pub struct Faults {
    /// For how long; afterwards the network is whole, everyone is up, and the run must end well.
    pub until_ms: u64,
    /// How many times a validator dies, anywhere in what it does.
    pub crashes: usize,
    /// How many times all validators die at almost the same moment.
    pub power_cuts: usize,
    /// Crashes at one chosen commit of the store.
    pub commit_crashes: Vec<PlannedCrash>,
    /// How many of a thousand messages are lost.
    pub loss_permille: u64,
    /// How many of a thousand messages arrive twice.
    pub duplicate_permille: u64,
    /// How many of a thousand messages come seconds late, after much that was sent later.
    pub straggler_permille: u64,
    /// How many times the network is cut, one way or both.
    pub partitions: usize,
    /// How far each clock is off at first, either way.
    pub skew_ms: u64,
    /// How much faster or slower than time each clock runs, in millionths.
    pub drift_ppm: u64,
    /// How many times a clock is set anew, within the skew.
    pub clock_steps: usize,
    /// How far one single clock is ahead, or behind.
    pub far_clock_ms: i64,
    /// How far all clocks are ahead, until they are set right at the end of the faults.
    pub all_clocks_ahead_ms: u64,
    /// How many times a validator becomes slow for a while.
    pub slowdowns: usize,
    /// How many of a thousand proposals take longer to make than others wait for them.
    pub late_proposal_permille: u64,
    /// How many times a validator is stopped in its tracks, and goes on later.
    pub freezes: usize,
    /// How much longer a block takes to others, and to be judged there, for each transaction in it.
    pub transaction_us: u64,
}

/// An upgrade: version 2 of a module is put to the vote once all have announced what they can do,
/// to be in force from [`Upgrade::ACTIVATION`] on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Upgrade {
    /// How many validators, the last ones, run older software.
    pub outdated: u8,
    /// Until when; then they get the new one, and start again.
    pub until_ms: u64,
}

impl Upgrade {
    /// From which height on the new version is in force, if it is scheduled.
    pub const ACTIVATION: Height = Height(20);

    /// Whether a quorum of so many validators can execute it.
    pub(crate) const fn is_possible(self, validators: u8) -> bool {
        3 * self.outdated < validators
    }
}

/// A crash at one commit.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PlannedCrash {
    /// The validator.
    pub node: usize,
    /// After how many commits since its start.
    pub after_commits: u64,
    /// On which side of the commit.
    pub side: CommitCrash,
}

/// A rule taken away, to see that its absence is noticed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Mutation {
    /// A log that is missing, or of another height, is taken for a whole one.
    AnyLog,
    /// The disk says that a write is durable when it is not.
    LyingDisk,
    /// Two of four are believed to be a quorum.
    LowQuorum,
    /// A locked validator prevotes whatever valid block is proposed.
    NoLock,
    /// Nothing is marked before it is signed.
    NoMark,
    /// What was marked and never left the process stays marked.
    NoSettling,
}

/// Of the runs of [`Scenario::of_invoices`].
pub const OPERATIONS_PER_SEED: u64 = 1000;

/// A family of faults, so that seeds are spread over all of them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Mix {
    /// Validators die, also while they recover.
    Crashes,
    /// Messages are lost, doubled and very late.
    Network,
    /// The network falls apart and heals.
    Partitions,
    /// Clocks are wrong, drift and jump.
    Clocks,
    /// Validators are slow, or stand still.
    Slow,
    /// The set hands over to fresh keys while validators die and the network is cut.
    Handover,
    /// A little of everything.
    Everything,
    /// One validator misbehaves, on a bad network.
    Byzantine,
}

impl Mix {
    /// All of them; the last takes three places of ten.
    const PLACES: [Self; 10] = [
        Self::Crashes,
        Self::Network,
        Self::Partitions,
        Self::Clocks,
        Self::Slow,
        Self::Handover,
        Self::Everything,
        Self::Byzantine,
        Self::Byzantine,
        Self::Byzantine,
    ];

    /// The mix of a seed.
    pub fn of_seed(seed: u64) -> Self {
        let place = usize::try_from(seed % 10).expect("below ten");
        Self::PLACES[place]
    }

    /// Its name.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Crashes => "crashes",
            Self::Network => "network",
            Self::Partitions => "partitions",
            Self::Clocks => "clocks",
            Self::Slow => "slow",
            Self::Handover => "hand-over",
            Self::Everything => "everything",
            Self::Byzantine => "Byzantine",
        }
    }

    fn faults(self, random: &mut Random) -> Faults {
        let some = |random: &mut Random, most: usize| 1 + random.index(most);
        let mut faults = Faults {
            until_ms: random.between(700, 1_800),
            skew_ms: 300,
            ..Faults::default()
        };
        let all = self == Self::Everything;
        if all || matches!(self, Self::Crashes | Self::Handover) {
            faults.crashes = some(random, 4);
            faults.power_cuts = random.index(2);
        }
        if all || matches!(self, Self::Network | Self::Byzantine) {
            faults.loss_permille = random.below(120);
            faults.duplicate_permille = random.below(150);
            faults.straggler_permille = random.below(60);
        }
        if all || matches!(self, Self::Partitions | Self::Handover) {
            faults.partitions = some(random, 3);
        }
        if self == Self::Byzantine {
            faults.partitions = random.index(3);
        }
        if all || self == Self::Clocks {
            faults.skew_ms = random.between(500, 6_000);
            faults.drift_ppm = random.below(50_000);
            faults.clock_steps = some(random, 4);
        }
        if self == Self::Clocks && random.chance(300) {
            faults.far_clock_ms = 6_000 + random.around(4_000_000).abs();
        } else if self == Self::Clocks && random.chance(300) {
            faults.all_clocks_ahead_ms = random.between(6_000, 4_000_000);
        }
        if all || self == Self::Slow {
            faults.slowdowns = some(random, 3);
            faults.freezes = some(random, 3);
            faults.late_proposal_permille = random.below(300);
        }
        faults
    }
}

impl Default for Scenario {
    /// Four validators, ten heights, and nothing goes wrong.
    fn default() -> Self {
        Self {
            seed: 0,
            suite: Suite::Intl,
            validators: 4,
            heights: 10,
            transactions: 20,
            operations: 0,
            at_once: 1,
            upgrade: None,
            rotates: false,
            faults: Faults::default(),
            byzantine: None,
            mutation: None,
        }
    }
}

impl Scenario {
    /// The run of a seed: its last digit is the mix, the rest is drawn.
    pub fn of_seed(seed: u64) -> Self {
        let mix = Mix::of_seed(seed);
        // Apart from the stream of the run itself, which begins at the seed.
        let mut random = Random::new(seed ^ 0x7363_656e_6172_696f);
        let byzantine = (mix == Mix::Byzantine).then(|| {
            let turn = seed / 10 * 3 + (seed % 10 - 7);
            let all = Behaviour::ALL;
            let count = u64::try_from(all.len()).expect("a handful");
            all[usize::try_from(turn % count).expect("below a handful")]
        });
        Self {
            seed,
            suite: if random.chance(60) {
                Suite::Sm
            } else {
                Suite::Intl
            },
            validators: match (mix, random.below(10)) {
                (Mix::Crashes | Mix::Slow, 0) => 1,
                (Mix::Partitions | Mix::Network | Mix::Byzantine, 0) => 7,
                (_, 1) => 5,
                (_, _) => 4,
            },
            heights: random.between(4, 9),
            transactions: 4 + random.index(12),
            operations: 0,
            at_once: 1,
            upgrade: None,
            rotates: mix == Mix::Handover,
            faults: mix.faults(&mut random),
            byzantine,
            mutation: None,
        }
    }

    /// A thousand operations on invoices, with one faulty validator: it dies again and again in one
    /// seed, and misbehaves in the next.
    pub fn of_invoices(seed: u64) -> Self {
        let all = Behaviour::ALL;
        let turn = usize::try_from(seed / 2).unwrap_or(0) % all.len();
        let byzantine = (seed % 2 == 1).then(|| all[turn]);
        Self {
            seed,
            suite: if seed % 16 == 2 {
                Suite::Sm
            } else {
                Suite::Intl
            },
            // Registration and lease; the invoices come after them.
            transactions: 2,
            operations: OPERATIONS_PER_SEED,
            faults: Faults {
                until_ms: 6_000,
                crashes: if byzantine.is_some() { 0 } else { 12 },
                loss_permille: 30,
                duplicate_permille: 50,
                straggler_permille: 10,
                skew_ms: 300,
                ..Faults::default()
            },
            byzantine,
            ..Self::default()
        }
    }

    /// How many may misbehave.
    pub(crate) const fn is_byzantine(&self, seat: usize) -> bool {
        self.byzantine.is_some() && seat + 1 >= self.validators as usize
    }
}
