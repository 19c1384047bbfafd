//! The story, as one table: who lives in 海州市, what they issue, what is wrong with some of it.
//!
//! Region code 99 belongs to no province, and the ledger is founded for demonstration only: a
//! production trust store refuses it.

use serde_json::{Value, json};

/// The ledger's name.
pub const LEDGER_NAME: &str = "海州市演示账本";
/// Shown on every page of the demo.
pub const WATERMARK: (&str, &str) = ("演示", "Demo");
/// Where all this is.
pub const PLACE: (&str, &str) = (
    "东岚省海州市（虚构）",
    "Haizhou, Donglan Province (made up)",
);

/// The police, who say who is who.
pub const POLICE: &str = "haizhou-police";
/// The tax bureau, under whose leases firms issue invoices.
pub const TAX: &str = "haizhou-tax";
/// The emergency-management bureau, which certifies electricians.
pub const SAFETY: &str = "haizhou-safety";
/// A training centre that may certify electricians, and confers degrees it has no right to.
pub const TRAINING: &str = "haizhou-training";

/// The agencies that run a node each, in this order; a ledger of one node is the first's.
pub const NODES: [&str; 4] = [TAX, "donglan-finance", POLICE, "haizhou-court"];

/// The type of a resident identity.
pub const RESIDENT_IDENTITY: &str = "urn:tallystick:vct:resident-identity:1";
/// The type of an electrician's certificate.
pub const ELECTRICIAN: &str = "urn:tallystick:vct:electrician-certificate:1";
/// The type of a degree.
pub const DEGREE: &str = "urn:tallystick:vct:degree:1";
/// The type of an invoice.
pub const INVOICE: &str = "tallystick/invoice/1";

/// 李明.
pub const CITIZEN: (&str, &str) = ("李明", "990103199205160011");
/// 青禾智能装备股份有限公司, whose finance clerk is 周敏.
pub const BUYER: (&str, &str) = ("青禾智能装备股份有限公司", "91990105MA0DEM002H");
/// The buyer's finance clerk.
pub const CLERK: &str = "周敏";
/// 海州恒轴轴承有限公司.
pub const BEARINGS: (&str, &str) = ("海州恒轴轴承有限公司", "91990106MA0DEM0046");
/// 东岚铁路客运有限公司.
pub const RAILWAY: (&str, &str) = ("东岚铁路客运有限公司", "91990100MA0DEM008U");

/// The gross amount of F1, and what the forger makes of it.
pub const F1_GROSS: (&str, &str) = ("545.00", "845.00");

/// The forger's edits to F1: a consistent invoice over 845.00, each text as long as the original.
pub const F1X_EDITS: [(&str, &str); 4] = [
    ("\"500.00\"", "\"775.23\""),
    ("\"45.00\"", "\"69.77\""),
    ("\"545.00\"", "\"845.00\""),
    ("伍佰肆拾伍圆整", "捌佰肆拾伍圆整"),
];

/// The number of F1: the sequence is the story's, the year must be that of issue.
pub fn f1_number(year: u16) -> String {
    format!("{:02}991000000000001017", year % 100)
}

/// What the issuer service is founded with: agencies, rights, firms and their leases.
pub fn seed(year: u16) -> Value {
    let lease =
        |first: String| json!({ "first": first, "count": 1000, "quota_fen": 10_000_000_000_u64 });
    let bearings_first = format!("{:02}991000000000020001", year % 100);
    json!({ "agencies": [
        agency(POLICE, ("海州市公安局", "Haizhou Public Security Bureau"), &[RESIDENT_IDENTITY]),
        agency(SAFETY, ("海州市应急管理局", "Haizhou Emergency Management Bureau"), &[ELECTRICIAN]),
        {
            "id": TRAINING,
            "name": { "zh": "海州云帆职业培训中心", "en": "Haizhou Yunfan Training Centre" },
            "rights": [ELECTRICIAN],
            "issues": [ELECTRICIAN, DEGREE],
        },
        {
            "id": TAX,
            "name": { "zh": "海州市税务局", "en": "Haizhou Tax Bureau" },
            "rights": [INVOICE],
            "sellers": [
                { "id": RAILWAY.1, "name": RAILWAY.0, "lease": lease(f1_number(year)) },
                { "id": BEARINGS.1, "name": BEARINGS.0, "lease": lease(bearings_first) },
            ],
        },
    ]})
}

fn agency(id: &str, name: (&str, &str), rights: &[&str]) -> Value {
    json!({ "id": id, "name": { "zh": name.0, "en": name.1 }, "rights": rights })
}

/// The claims of D1, the resident identity of 李明.
pub fn resident_identity() -> Value {
    json!({
        "name": CITIZEN.0,
        "birth_date": "1992-05-16",
        "document_number": CITIZEN.1,
        "address": "东岚省海州市观澜区潮声路16号2单元501室",
        "issuing_authority": "海州市公安局观澜分局",
        "valid_from": "2024-06-01",
        "valid_until": "2044-06-01",
        "age_over_18": true,
    })
}

/// The claims of D3, an electrician's certificate that is revoked later.
pub fn electrician_certificate() -> Value {
    json!({
        "name": CITIZEN.0,
        "document_number": CITIZEN.1,
        "certificate_number": "T990103199205160011",
        "operation": "low-voltage",
        "issuing_authority": "海州市应急管理局",
        "valid_from": "2024-03-01",
        "valid_until": "2030-02-28",
    })
}

/// The claims of D4, a degree that its issuer had no right to confer.
pub fn degree() -> Value {
    json!({
        "name": CITIZEN.0,
        "birth_date": "1992-05-16",
        "institution": "海州云帆职业培训中心",
        "degree_level": "master",
        "discipline": "工学",
        "major": "电气工程",
        "certificate_number": "9901032020000001",
        "conferred_on": "2020-06-30",
    })
}

/// F1, a rail e-ticket over 545.00: what the railway tells the service.
///
/// It has no quantity and no unit price, as tickets do not.
pub fn rail_ticket() -> Value {
    json!({
        "docType": "51",
        "seller": { "id": RAILWAY.1, "name": RAILWAY.0 },
        "buyer": { "id": BUYER.1, "name": BUYER.0 },
        "lines": [{
            "itemName": "*运输服务*铁路旅客运输",
            "taxClassCode": "3010101020100000000",
            "netAmount": "500.00",
            "vatCategory": "S",
            "vatRate": "0.09",
        }],
        "specific": { "rail": {
            "train": "G9917",
            "from": "海州南",
            "to": "岚州",
            "departsAt": "2026-09-18T08:15:00+08:00",
            "passenger": CLERK,
            "seat": "05车12A",
            "seatClass": "二等座",
        }},
        "drawer": "铁路电子客票系统",
    })
}

/// F2, an ordinary invoice over 19,323.00 for bearings.
pub fn bearings_invoice() -> Value {
    json!({
        "docType": "82",
        "seller": { "id": BEARINGS.1, "name": BEARINGS.0 },
        "buyer": { "id": BUYER.1, "name": BUYER.0 },
        "lines": [{
            "itemName": "*通用设备*深沟球轴承",
            "taxClassCode": "1090120030000000000",
            "spec": "6205-2RS",
            "unit": "套",
            "quantity": "200",
            "unitPrice": "85.5",
            "vatCategory": "S",
            "vatRate": "0.13",
        }],
        "drawer": "沈岩",
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_forged_text_is_as_long_as_the_true_one() {
        for (genuine, forged) in F1X_EDITS {
            assert_eq!(genuine.len(), forged.len());
        }
    }

    #[test]
    fn the_number_belongs_to_its_year() {
        assert_eq!(f1_number(2026), "26991000000000001017");
        assert_eq!(f1_number(2027), "27991000000000001017");
    }
}
