//! Units of measure: free Chinese text to UN/ECE Recommendation 20.

/// Returns the UN/ECE Recommendation 20 code of a unit that is often written; `None` for others.
#[must_use]
pub fn unit_code(unit: &str) -> Option<&'static str> {
    UNITS
        .iter()
        .find(|(texts, _)| texts.contains(&unit))
        .map(|(_, code)| *code)
}

/// Tells whether a code may stand beside a unit: it has the form of a code, and is the one of
/// the table if the table knows the unit. Pieces may be `H87` as well as `C62`.
pub(crate) fn code_fits(unit: Option<&str>, code: &str) -> bool {
    let has_form = matches!(code.len(), 2..=3)
        && code
            .bytes()
            .all(|byte| byte.is_ascii_digit() || byte.is_ascii_uppercase());
    let known = unit.and_then(unit_code);
    has_form && known.is_none_or(|known| known == code || (known == "C62" && code == "H87"))
}

static UNITS: &[(&[&str], &str)] = &[
    (&["个", "件", "只", "台", "张", "项"], "C62"),
    (&["套"], "SET"),
    (&["次"], "E48"),
    (&["千克", "公斤"], "KGM"),
    (&["克"], "GRM"),
    (&["吨"], "TNE"),
    (&["米"], "MTR"),
    (&["平方米"], "MTK"),
    (&["立方米"], "MTQ"),
    (&["升"], "LTR"),
    (&["千瓦时", "度"], "KWH"),
    (&["小时"], "HUR"),
    (&["天", "日"], "DAY"),
    (&["月"], "MON"),
    (&["年"], "ANN"),
    (&["箱"], "XBX"),
    (&["公里"], "KMT"),
];

#[cfg(test)]
mod tests {
    use super::{code_fits, unit_code};

    #[test]
    fn common_units_have_codes() {
        assert_eq!(unit_code("度"), Some("KWH"));
        assert_eq!(unit_code("捆"), None);
        assert!(code_fits(Some("件"), "H87"));
        assert!(code_fits(Some("捆"), "XBE"));
        assert!(code_fits(None, "C62"));
        assert!(!code_fits(Some("吨"), "KGM"));
        assert!(!code_fits(None, "kgm"));
    }
}
