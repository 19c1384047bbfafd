//! Who governs, by which rules, and what is before the members. All of it is public.

use light_client::{
    cbor,
    id::{IssuerId, LedgerId},
    state::StateKey,
    suite::Suite,
};

use super::{MAX_ROW_BYTES, View, heads};
use crate::{
    fault::Fault,
    module::{
        Capability, Member, Members, Module, ModuleState, MotionEntry, OpenMotion, OpenMotions,
        Parameter, Parameters, Support, WaitingSet,
    },
    state::{Entry, Kept, Only as _, SetRole, set_key},
    store::Store,
    transaction::MotionId,
};

impl<S: Store> View<S> {
    /// Who governs the ledger after its newest block.
    ///
    /// # Errors
    /// [`Fault`].
    pub fn members(&self) -> Result<Vec<Member>, Fault> {
        Ok(self.all_members()?.into_vec())
    }

    /// How many present members are for a motion, and how many must be.
    ///
    /// # Errors
    /// [`Fault`].
    pub fn support(&self, motion: &MotionEntry) -> Result<Support, Fault> {
        Ok(motion.support(&self.all_members()?))
    }

    /// The motions that can be voted on, oldest first, and some whose time is just over.
    ///
    /// # Errors
    /// [`Fault`].
    pub fn open_motions(&self) -> Result<Vec<OpenMotion>, Fault> {
        let open: Option<OpenMotions> = self.kept_entry(OpenMotions::key)?;
        Ok(open.unwrap_or_default().into_vec())
    }

    /// A motion, and what became of it.
    ///
    /// # Errors
    /// [`Fault`].
    pub fn motion(&self, id: &MotionId) -> Result<Option<MotionEntry>, Fault> {
        self.kept_entry(|suite, ledger| MotionEntry::key(suite, ledger, id))
    }

    /// Every parameter with its value.
    ///
    /// # Errors
    /// [`Fault`].
    pub fn parameters(&self) -> Result<Vec<(Parameter, u64)>, Fault> {
        let set: Option<Parameters> = self.kept_entry(Parameters::key)?;
        let set = set.unwrap_or_default();
        let all = Parameter::ALL.into_iter();
        Ok(all.map(|one| (one, set.value(one))).collect())
    }

    /// A module's version and freezes.
    ///
    /// # Errors
    /// [`Fault`].
    pub fn module(&self, module: Module) -> Result<ModuleState, Fault> {
        let entry = self.kept_entry(|suite, ledger| ModuleState::key(suite, ledger, module))?;
        Ok(entry.unwrap_or_default())
    }

    /// What an agency's validator has announced that it can execute.
    ///
    /// # Errors
    /// [`Fault`].
    pub fn capability(&self, agency: &IssuerId) -> Result<Option<Capability>, Fault> {
        self.kept_entry(|suite, ledger| Capability::key(suite, ledger, agency))
    }

    /// The validator set that was chosen to follow and is not ready yet, if there is one.
    ///
    /// # Errors
    /// [`Fault`].
    pub fn waiting_set(&self) -> Result<Option<WaitingSet>, Fault> {
        self.kept_entry(|suite, ledger| set_key(suite, ledger, SetRole::Next))
    }

    fn all_members(&self) -> Result<Members, Fault> {
        let members = self.kept_entry(Members::key)?;
        members.ok_or(Fault::Missing("the members"))
    }

    /// One of the entries that only execution reads, after the newest block.
    fn kept_entry<T: Kept>(
        &self,
        key: impl FnOnce(Suite, &LedgerId) -> StateKey,
    ) -> Result<Option<T>, Fault> {
        let genesis = self.genesis()?;
        let key = key(genesis.suite, &genesis.ledger_id());
        let newest = heads(&self.store, self.head()?.height)?.newest(&self.store, &key)?;
        let entry = newest.value();
        let entry = entry.map(|bytes| cbor::parse::<Entry<T>>(bytes, MAX_ROW_BYTES));
        Ok(entry.transpose()?.map(|entry| entry.value))
    }
}
