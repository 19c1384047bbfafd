//! Seller and buyer: TI-10 to TI-13.

use core::fmt;

use super::codes::DocType;
use super::error::{InvoiceError, Rule};
use crate::identity::{BadIdentity, ResidentId, Uscc, is_legacy_taxpayer_number};
use crate::members::Members;

/// The number of a buyer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum PartyId {
    /// A taxpayer number of before 2015, of 15 characters.
    Legacy(String),
    /// A natural person.
    Resident(ResidentId),
    /// A firm or a public body.
    Uscc(Uscc),
}

impl PartyId {
    /// Returns the number as it is written.
    #[must_use]
    pub fn as_str(&self) -> &str {
        match self {
            Self::Legacy(number) => number,
            Self::Resident(id) => id.as_str(),
            Self::Uscc(code) => code.as_str(),
        }
    }

    /// Reads a number of which nobody says whether it is a natural person's: the print does not.
    /// What has the form of a unified social credit code is one.
    ///
    /// # Errors
    /// Why it is no number of any kind.
    pub fn of_print(text: &str) -> Result<Self, BadIdentity> {
        match text.parse() {
            Ok(code) => Ok(Self::Uscc(code)),
            Err(_) if is_legacy_taxpayer_number(text) => Ok(Self::Legacy(text.to_owned())),
            Err(_) => text.parse().map(Self::Resident),
        }
    }
}

impl fmt::Display for PartyId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// How to reach and pay a party.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Contact {
    address: Option<String>,
    telephone: Option<String>,
    bank: Option<String>,
    account: Option<String>,
}

const CONTACT: [&str; 4] = ["address", "tel", "bank", "account"];

impl Contact {
    fn read(party: &Members<'_>) -> Result<Self, InvoiceError> {
        let [address, tel, bank, account] = CONTACT;
        Ok(Self {
            address: party.optional_text(address, 300)?,
            telephone: party.optional_text(tel, 60)?,
            bank: party.optional_text(bank, 200)?,
            account: party.optional_text(account, 100)?,
        })
    }

    /// Returns the address.
    #[must_use]
    pub fn address(&self) -> Option<&str> {
        self.address.as_deref()
    }

    /// Returns the telephone number.
    #[must_use]
    pub fn telephone(&self) -> Option<&str> {
        self.telephone.as_deref()
    }

    /// Returns the name of the bank.
    #[must_use]
    pub fn bank(&self) -> Option<&str> {
        self.bank.as_deref()
    }

    /// Returns the account.
    #[must_use]
    pub fn account(&self) -> Option<&str> {
        self.account.as_deref()
    }
}

/// The seller (销售方).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Seller {
    id: Uscc,
    name: String,
    did: Option<String>,
    contact: Contact,
}

impl Seller {
    pub(super) fn read(party: &Members<'_>) -> Result<Self, InvoiceError> {
        let [address, tel, bank, account] = CONTACT;
        party.only(&["id", "name", "did", address, tel, bank, account])?;
        let id = party.string("id")?.parse();
        Ok(Self {
            id: id.map_err(|error| Rule::PartyId(error).at(party.pointer("id")))?,
            name: party.text("name", 300)?.to_owned(),
            did: party.optional_did("did")?,
            contact: Contact::read(party)?,
        })
    }

    /// Returns the unified social credit code.
    #[must_use]
    pub fn id(&self) -> &Uscc {
        &self.id
    }

    /// Returns the name.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Returns the DID under which the seller signs.
    #[must_use]
    pub fn did(&self) -> Option<&str> {
        self.did.as_deref()
    }

    /// Returns address and account.
    #[must_use]
    pub fn contact(&self) -> &Contact {
        &self.contact
    }
}

/// The buyer (购买方).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Buyer {
    id: Option<PartyId>,
    name: String,
    is_natural: bool,
    did: Option<String>,
    contact: Contact,
}

impl Buyer {
    pub(super) fn read(party: &Members<'_>) -> Result<Self, InvoiceError> {
        let [address, tel, bank, account] = CONTACT;
        party.only(&["id", "name", "natural", "did", address, tel, bank, account])?;
        let is_natural = match party.optional("natural") {
            Some(_) => party.boolean("natural")?,
            None => false,
        };
        let id = match party.optional_string("id")? {
            Some(text) => Some(buyer_id(text, is_natural)),
            None if is_natural => None,
            None => Some(Err(BadIdentity::Form)),
        };
        Ok(Self {
            id: id
                .transpose()
                .map_err(|error| Rule::PartyId(error).at(party.pointer("id")))?,
            name: party.text("name", 300)?.to_owned(),
            is_natural,
            did: party.optional_did("did")?,
            contact: Contact::read(party)?,
        })
    }

    /// Returns the number; a natural person may have given none.
    #[must_use]
    pub fn id(&self) -> Option<&PartyId> {
        self.id.as_ref()
    }

    /// Returns the name.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Tells whether the buyer is a natural person.
    #[must_use]
    pub fn is_natural(&self) -> bool {
        self.is_natural
    }

    /// Returns the buyer's DID.
    #[must_use]
    pub fn did(&self) -> Option<&str> {
        self.did.as_deref()
    }

    /// Returns address and account.
    #[must_use]
    pub fn contact(&self) -> &Contact {
        &self.contact
    }
}

fn buyer_id(text: &str, is_natural: bool) -> Result<PartyId, BadIdentity> {
    if is_natural {
        text.parse().map(PartyId::Resident)
    } else if is_legacy_taxpayer_number(text) {
        Ok(PartyId::Legacy(text.to_owned()))
    } else {
        text.parse().map(PartyId::Uscc)
    }
}

/// Checks what concerns both parties: TI-11 and TI-12.
pub(super) fn check_parties(
    seller: &Seller,
    buyer: &Buyer,
    doc_type: DocType,
) -> Result<(), InvoiceError> {
    let buyer_id = buyer.id().map(PartyId::as_str);
    if buyer_id == Some(seller.id.as_str()) {
        return Err(Rule::SameParty.at("/buyer/id".to_owned()));
    }
    if doc_type == DocType::Special && !matches!(buyer.id, Some(PartyId::Uscc(_))) {
        return Err(Rule::BuyerCode.at("/buyer/id".to_owned()));
    }
    Ok(())
}
