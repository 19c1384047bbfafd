//! temp
#![allow(missing_docs)]
pub mod invoice {
    #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
    pub struct InvoiceNumber([u8; 20]);
    impl InvoiceNumber { pub fn as_bytes(&self) -> &[u8; 20] { &self.0 } }
    impl core::fmt::Display for InvoiceNumber { fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result { f.write_str(core::str::from_utf8(&self.0).unwrap_or("")) } }
    impl core::str::FromStr for InvoiceNumber { type Err = (); fn from_str(s: &str) -> Result<Self, ()> { let b: [u8; 20] = s.as_bytes().try_into().map_err(|_| ())?; if b.iter().all(u8::is_ascii_digit) { Ok(Self(b)) } else { Err(()) } } }
}
