//! What only some types of invoice say (特定要素). So far: the journey of a rail e-ticket.

use super::codes::DocType;
use super::error::InvoiceError;
use crate::calendar::ChinaTime;
use crate::members::{Members, ShapeProblem};

/// The specific part of an invoice.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum Specific {
    /// A journey by rail.
    Rail(RailJourney),
}

/// A journey by rail.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RailJourney {
    train: String,
    from: String,
    to: String,
    departs_at: ChinaTime,
    passenger: String,
    seat: Option<String>,
    seat_class: Option<String>,
}

const MEMBER: &str = "specific";

impl Specific {
    pub(super) fn read(
        invoice: &Members<'_>,
        doc_type: DocType,
    ) -> Result<Option<Self>, InvoiceError> {
        let Some(specific) = invoice.optional_object(MEMBER)? else {
            return Ok(None);
        };
        if doc_type != DocType::RailTicket {
            return Err(invoice.problem(MEMBER, ShapeProblem::Unknown).into());
        }
        specific.only(&["rail"])?;
        RailJourney::read(&specific.object("rail")?).map(|rail| Some(Self::Rail(rail)))
    }
}

impl RailJourney {
    fn read(rail: &Members<'_>) -> Result<Self, InvoiceError> {
        rail.only(&[
            "departsAt",
            "from",
            "passenger",
            "seat",
            "seatClass",
            "to",
            "train",
        ])?;
        Ok(Self {
            train: rail.text("train", 20)?.to_owned(),
            from: rail.text("from", 60)?.to_owned(),
            to: rail.text("to", 60)?.to_owned(),
            departs_at: rail.china_time("departsAt")?,
            passenger: rail.text("passenger", 100)?.to_owned(),
            seat: rail.optional_text("seat", 40)?,
            seat_class: rail.optional_text("seatClass", 40)?,
        })
    }

    /// Returns the train (车次).
    #[must_use]
    pub fn train(&self) -> &str {
        &self.train
    }

    /// Returns the station of departure.
    #[must_use]
    pub fn from(&self) -> &str {
        &self.from
    }

    /// Returns the station of arrival.
    #[must_use]
    pub fn to(&self) -> &str {
        &self.to
    }

    /// Returns the time of departure.
    #[must_use]
    pub fn departs_at(&self) -> ChinaTime {
        self.departs_at
    }

    /// Returns the passenger's name.
    #[must_use]
    pub fn passenger(&self) -> &str {
        &self.passenger
    }

    /// Returns coach and seat.
    #[must_use]
    pub fn seat(&self) -> Option<&str> {
        self.seat.as_deref()
    }

    /// Returns the class of the seat.
    #[must_use]
    pub fn seat_class(&self) -> Option<&str> {
        self.seat_class.as_deref()
    }
}
