//! The code lists of an invoice.

/// Declares a closed list of codes with its text form.
macro_rules! codes {
    ($(#[$meta:meta])* $name:ident { $($(#[$doc:meta])* $variant:ident = $code:literal,)* }) => {
        $(#[$meta])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
        pub enum $name { $($(#[$doc])* $variant,)* }

        impl $name {
            /// Every code, in order.
            pub const ALL: &'static [Self] = &[$(Self::$variant,)*];

            /// Returns the code as it is written.
            #[must_use]
            pub const fn code(self) -> &'static str {
                match self { $(Self::$variant => $code,)* }
            }

            /// Finds the code of a text.
            #[must_use]
            pub fn find(code: &str) -> Option<Self> {
                Self::ALL.iter().copied().find(|item| item.code() == code)
            }
        }
    };
}

codes! {
    /// Blue or red (蓝字, 红字).
    Kind {
        /// An invoice.
        Blue = "blue",
        /// A red-letter invoice, which takes back all or part of a blue one.
        Red = "red",
    }
}

codes! {
    /// The type of invoice (票种).
    DocType {
        /// 铁路电子客票: rail e-ticket.
        RailTicket = "51",
        /// 航空运输电子客票行程单: air itinerary.
        AirItinerary = "61",
        /// 数电专票: special VAT invoice, whose tax the buyer may deduct.
        Special = "81",
        /// 数电普票: ordinary invoice.
        Ordinary = "82",
        /// 机动车销售统一发票: sale of a motor vehicle.
        MotorVehicle = "83",
        /// 二手车销售统一发票: sale of a used car.
        UsedCar = "84",
    }
}

impl DocType {
    /// Returns the name in Chinese.
    #[must_use]
    pub const fn name_zh(self) -> &'static str {
        match self {
            Self::RailTicket => "铁路电子客票",
            Self::AirItinerary => "航空运输电子客票行程单",
            Self::Special => "增值税专用发票",
            Self::Ordinary => "普通发票",
            Self::MotorVehicle => "机动车销售统一发票",
            Self::UsedCar => "二手车销售统一发票",
        }
    }

    /// Returns the name in English.
    #[must_use]
    pub const fn name_en(self) -> &'static str {
        match self {
            Self::RailTicket => "Rail e-ticket",
            Self::AirItinerary => "Air itinerary",
            Self::Special => "Special VAT invoice",
            Self::Ordinary => "Ordinary invoice",
            Self::MotorVehicle => "Motor vehicle sales invoice",
            Self::UsedCar => "Used car sales invoice",
        }
    }
}

codes! {
    /// The VAT category of a line (EN 16931 BT-151).
    VatCategory {
        /// Standard: a rate above zero.
        Standard = "S",
        /// Zero rate.
        Zero = "Z",
        /// Exempt (免税), with a reason.
        Exempt = "E",
        /// Export at zero rate (出口零税率).
        Export = "G",
        /// Outside the scope of VAT (不征税), with a reason.
        OutOfScope = "O",
    }
}

impl VatCategory {
    /// Tells whether a line of this category must say why.
    #[must_use]
    pub const fn needs_reason(self) -> bool {
        matches!(self, Self::Exempt | Self::OutOfScope)
    }
}

codes! {
    /// Why a red-letter invoice was issued.
    RedReason {
        /// 开票有误: issued by mistake.
        Mistake = "01",
        /// 销货退回: goods returned.
        Return = "02",
        /// 服务中止: service ended early.
        ServiceEnded = "03",
        /// 销售折让: allowance on the price.
        Allowance = "04",
    }
}
