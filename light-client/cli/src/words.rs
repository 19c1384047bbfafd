//! Words: everything people read, in Chinese and in English.

mod field;
mod reason;

use clap::ValueEnum;
use light_client::{
    record::{Booking, DecidingRole, Standing, StatusReason},
    verdict::{Check, Headline},
};

pub(crate) use field::{clean, document_name, field_label, field_value, is_shown};
pub(crate) use reason::reason;

/// `label: text`, as a language writes it.
pub(crate) fn labelled(label: &str, text: &str, lang: Lang) -> String {
    match lang {
        Lang::Zh => format!("{label}：{text}"),
        Lang::En => format!("{label}: {text}"),
    }
}

/// What was decided, and why if there is a reason: its sentence and its code.
pub(crate) fn finding(decided: Text, why: Option<(Text, &str)>, lang: Lang) -> String {
    let word = decided.of(lang);
    match (why, lang) {
        (None, _) => word.to_owned(),
        (Some((sentence, code)), Lang::Zh) => format!("{word}{}（{code}）", sentence.of(lang)),
        (Some((sentence, code)), Lang::En) => format!("{word} {} ({code})", sentence.of(lang)),
    }
}

/// A language of the answers.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Lang {
    /// 中文
    Zh,
    /// English
    En,
}

impl Lang {
    /// The language that the environment asks for; English unless it is Chinese.
    ///
    /// # Standard
    /// POSIX.1-2024 §8.2: the order of the variables.
    pub(crate) fn of(variable: impl Fn(&str) -> Option<String>) -> Self {
        let mut names = ["LC_ALL", "LC_MESSAGES", "LANG"].into_iter();
        let locale = names.find_map(|name| variable(name).filter(|locale| !locale.is_empty()));
        if locale.is_some_and(|locale| locale.starts_with("zh")) {
            Self::Zh
        } else {
            Self::En
        }
    }
}

/// The languages that were asked for: both, where an answer can be in both.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Languages {
    /// 中文
    Zh,
    /// English
    En,
    /// Both, in a report; other answers are in the language of the environment.
    Both,
}

impl Languages {
    /// The one language, unless it is both.
    pub(crate) const fn single(self) -> Option<Lang> {
        match self {
            Self::Zh => Some(Lang::Zh),
            Self::En => Some(Lang::En),
            Self::Both => None,
        }
    }

    /// Chinese first.
    pub(crate) const fn each(self) -> &'static [Lang] {
        match self {
            Self::Zh => &[Lang::Zh],
            Self::En => &[Lang::En],
            Self::Both => &[Lang::Zh, Lang::En],
        }
    }
}

/// One thing in both languages.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Text {
    zh: &'static str,
    en: &'static str,
}

impl Text {
    pub(crate) const fn new(zh: &'static str, en: &'static str) -> Self {
        Self { zh, en }
    }

    pub(crate) const fn of(self, lang: Lang) -> &'static str {
        match lang {
            Lang::Zh => self.zh,
            Lang::En => self.en,
        }
    }
}

pub(crate) const fn headline(headline: &Headline) -> Text {
    match headline {
        Headline::Valid => Text::new("有效", "Valid"),
        Headline::Invalid(_) => Text::new("无效", "Invalid"),
        Headline::Undetermined(_) => Text::new("无法确定", "Undetermined"),
    }
}

pub(crate) const fn check(check: Check) -> Text {
    match check {
        Check::Format => Text::new("文件格式", "file format"),
        Check::Ledger => Text::new("账本与换届", "ledger and its hand-overs"),
        Check::Finality => Text::new("区块签名", "signatures of the block"),
        Check::Content => Text::new("内容规则", "rules of the content"),
        Check::Origin => Text::new("登记且未改动", "registered and unchanged"),
        Check::Authority => Text::new("签发权限", "issuer's right"),
        Check::Signature => Text::new("签发者签名", "issuer's signature"),
        Check::Record => Text::new("发票金额登记", "invoice's registered amounts"),
        Check::Period => Text::new("有效期", "period of validity"),
        Check::Status => Text::new("未撤销", "not revoked"),
        Check::Freshness => Text::new("数据够新", "recent enough"),
    }
}

pub(crate) const fn standing(standing: Standing) -> Text {
    match standing {
        Standing::Revoked => Text::new("已撤销", "revoked"),
        Standing::Suspended => Text::new("已暂停", "suspended"),
        Standing::Reinstated => Text::new("已恢复", "reinstated"),
    }
}

pub(crate) const fn status_reason(reason: StatusReason) -> Text {
    match reason {
        StatusReason::Unspecified => Text::new("未说明原因", "no reason given"),
        StatusReason::IssuedInError => Text::new("签发有误", "issued in error"),
        StatusReason::Superseded => Text::new("已换发新件", "replaced by a newer document"),
        StatusReason::KeyCompromised => Text::new("密钥遗失或外泄", "key lost or known to others"),
        StatusReason::NoLongerEntitled => Text::new("不再符合条件", "no longer entitled"),
        StatusReason::LegalOrder => Text::new("依法定命令", "by order of an authority"),
    }
}

pub(crate) const fn deciding_role(role: DecidingRole) -> Text {
    match role {
        DecidingRole::Issuer => Text::new("签发机构", "as issuer"),
        DecidingRole::Successor => Text::new("继任机构", "as successor of the issuer"),
        DecidingRole::Governance => Text::new("联盟表决", "by vote of the consortium"),
    }
}

pub(crate) const fn booking(booking: Booking) -> Text {
    match booking {
        Booking::NotBooked => Text::new("未入账", "not booked"),
        Booking::BookedDeductible => Text::new(
            "已入账（企业所得税税前扣除）",
            "booked, deducted from corporate income",
        ),
        Booking::BookedNonDeductible => Text::new(
            "已入账（企业所得税不扣除）",
            "booked, not deducted from corporate income",
        ),
        Booking::BookedPersonalDeductible => Text::new(
            "已入账（个税经营所得扣除）",
            "booked, deducted from personal business income",
        ),
        Booking::BookedPersonalNonDeductible => {
            Text::new("已入账（不扣除）", "booked, not deducted")
        }
        Booking::Withdrawn => Text::new("已撤销入账", "booking withdrawn"),
    }
}
