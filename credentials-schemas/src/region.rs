//! The tax regions of the third and fourth digit of an invoice number.

/// How sure this table is of a region.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RegionStanding {
    /// A province of GB/T 2260, or a city seen in real invoices.
    Confirmed,
    /// A number of the range of cities with separate planning that no source has confirmed yet.
    Unconfirmed,
    /// Invented: it exists only in the demo, and no production trust store knows its ledger.
    Demo,
}

/// A tax region.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Region {
    /// The two digits.
    pub code: &'static str,
    /// The name in Chinese.
    pub name_zh: &'static str,
    /// The name in English.
    pub name_en: &'static str,
    /// How sure the table is.
    pub standing: RegionStanding,
}

impl Region {
    /// Finds the region of two digits.
    #[must_use]
    pub fn find(code: &str) -> Option<&'static Self> {
        REGIONS.iter().find(|region| region.code == code)
    }

    /// Returns the whole table, in order of the codes.
    #[must_use]
    pub fn all() -> &'static [Self] {
        REGIONS
    }
}

const fn province(code: &'static str, name_zh: &'static str, name_en: &'static str) -> Region {
    Region {
        code,
        name_zh,
        name_en,
        standing: RegionStanding::Confirmed,
    }
}

const fn unconfirmed(code: &'static str) -> Region {
    Region {
        code,
        name_zh: "计划单列市",
        name_en: "City with separate planning",
        standing: RegionStanding::Unconfirmed,
    }
}

static REGIONS: &[Region] = &[
    province("11", "北京", "Beijing"),
    province("12", "天津", "Tianjin"),
    province("13", "河北", "Hebei"),
    province("14", "山西", "Shanxi"),
    province("15", "内蒙古", "Inner Mongolia"),
    province("21", "辽宁", "Liaoning"),
    province("22", "吉林", "Jilin"),
    province("23", "黑龙江", "Heilongjiang"),
    province("31", "上海", "Shanghai"),
    province("32", "江苏", "Jiangsu"),
    province("33", "浙江", "Zhejiang"),
    province("34", "安徽", "Anhui"),
    province("35", "福建", "Fujian"),
    province("36", "江西", "Jiangxi"),
    province("37", "山东", "Shandong"),
    province("41", "河南", "Henan"),
    province("42", "湖北", "Hubei"),
    province("43", "湖南", "Hunan"),
    province("44", "广东", "Guangdong"),
    province("45", "广西", "Guangxi"),
    province("46", "海南", "Hainan"),
    province("50", "重庆", "Chongqing"),
    province("51", "四川", "Sichuan"),
    province("52", "贵州", "Guizhou"),
    province("53", "云南", "Yunnan"),
    province("54", "西藏", "Tibet"),
    province("61", "陕西", "Shaanxi"),
    province("62", "甘肃", "Gansu"),
    province("63", "青海", "Qinghai"),
    province("64", "宁夏", "Ningxia"),
    province("65", "新疆", "Xinjiang"),
    unconfirmed("91"),
    unconfirmed("92"),
    province("93", "宁波", "Ningbo"),
    unconfirmed("94"),
    province("95", "深圳", "Shenzhen"),
    Region {
        code: "99",
        name_zh: "东岚（演示）",
        name_en: "Donglan (demo)",
        standing: RegionStanding::Demo,
    },
];

#[cfg(test)]
mod tests {
    use super::{Region, RegionStanding};

    #[test]
    fn codes_are_unique_and_only_the_demo_is_invented() {
        assert!(
            Region::all()
                .windows(2)
                .all(|pair| pair[0].code < pair[1].code)
        );
        let demo: Vec<_> = Region::all()
            .iter()
            .filter(|region| region.standing == RegionStanding::Demo)
            .map(|region| region.code)
            .collect();
        assert_eq!(demo, ["99"]);
        assert_eq!(
            Region::find("31").map(|region| region.name_zh),
            Some("上海")
        );
        assert_eq!(Region::find("00"), None);
    }
}
