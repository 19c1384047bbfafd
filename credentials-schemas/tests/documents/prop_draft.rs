//! Whatever an issuer may enter: the completed invoice obeys every rule, and its sums are those of
//! an independent, slower arithmetic.

use credentials_schemas::invoice::{
    CompletedInvoice, Decimal, Fen, Invoice, InvoiceDraft, LARGE_INVOICE_LIMITS, VatRate,
};
use credentials_schemas::json::{Json, Limits, parse, to_jcs};
use proptest::prelude::*;

/// Quantity and price as units of 10⁻ⁿ, small enough for 128-bit products.
fn decimal() -> impl Strategy<Value = (u64, u32)> {
    (1_u64..10_000_000, 0_u32..7)
}

fn decimal_text((units, scale): (u64, u32)) -> String {
    let (whole, part) = (units / 10_u64.pow(scale), units % 10_u64.pow(scale));
    if part == 0 {
        return whole.to_string();
    }
    let part = format!("{part:0width$}", width = scale as usize);
    format!("{whole}.{}", part.trim_end_matches('0'))
}

/// One line of a draft, with its net amount and tax in fen as this test computes them.
fn line() -> impl Strategy<Value = (Json, u128, u128)> {
    let rate = proptest::sample::select(VatRate::all());
    (decimal(), decimal(), rate, "[一-龥A-Za-z0-9]{1,12}").prop_map(
        |(quantity, price, rate, name)| {
            let net = half_up(
                u128::from(quantity.0) * u128::from(price.0) * 100,
                10_u128.pow(quantity.1 + price.1),
            );
            let line = Json::object([
                ("itemName", format!("*测试*{name}").into()),
                ("taxClassCode", "1090122010000000000".into()),
                ("quantity", decimal_text(quantity).into()),
                ("unitPrice", decimal_text(price).into()),
                (
                    "vatCategory",
                    if rate.per_mille() == 0 { "Z" } else { "S" }.into(),
                ),
                ("vatRate", rate.text().into()),
            ]);
            (line, net, half_up(net * u128::from(rate.per_mille()), 1000))
        },
    )
}

fn half_up(numerator: u128, denominator: u128) -> u128 {
    (2 * numerator + denominator) / (2 * denominator)
}

pub(crate) fn draft() -> impl Strategy<Value = (InvoiceDraft, u128, u128)> {
    (
        prop::collection::vec(line(), 1..8),
        1_u64..999_999_999_999_999,
    )
        .prop_map(|(lines, sequence)| {
            let head = r#"{"docType": "82", "issuedAt": "2026-09-02T09:00:00+08:00",
                "seller": {"id": "91990106MA0DEM0046", "name": "恒轴"},
                "buyer": {"id": "91990105MA0DEM002H", "name": "青禾"}}"#;
            let net = lines.iter().map(|(_, net, _)| net).sum();
            let tax = lines.iter().map(|(_, _, tax)| tax).sum();
            let lines = Json::Array(lines.into_iter().map(|(line, ..)| line).collect());
            let draft = InvoiceDraft::parse(head.as_bytes(), Limits::default()).unwrap();
            let number = format!("26991{sequence:015}").parse().unwrap();
            (draft.with("lines", lines).numbered(number), net, tax)
        })
}

fn fen(amount: Fen) -> u128 {
    u128::try_from(amount.get()).unwrap()
}

proptest! {
    #[test]
    fn a_completed_draft_parses_and_its_sums_are_right((draft, net, tax) in draft()) {
        // A line of nothing but fractions of a fen is worth nothing, and so may the invoice be.
        prop_assume!(net > 0);
        let CompletedInvoice { invoice, bytes } = draft.complete().unwrap();
        prop_assert_eq!((fen(invoice.net()), fen(invoice.tax())), (net, tax));
        prop_assert_eq!(fen(invoice.gross()), net + tax);
        prop_assert_eq!(&Invoice::parse(&bytes, LARGE_INVOICE_LIMITS).unwrap(), &invoice);
        let json = parse(&bytes, Limits::default()).unwrap();
        prop_assert_eq!(&to_jcs(&json).unwrap(), &bytes);
        // A whole invoice is its own draft.
        let again = InvoiceDraft::parse(&bytes, Limits::default()).unwrap().complete().unwrap();
        prop_assert_eq!(again.bytes, bytes);
    }

    #[test]
    fn fields_carry_the_whole_document((draft, net, _) in draft()) {
        prop_assume!(net > 0);
        let invoice = draft.complete().unwrap().invoice;
        let fields = invoice.fields();
        for field in &fields {
            let value = invoice.json().at(&field.path).unwrap();
            prop_assert_eq!(&to_jcs(value).unwrap(), &field.value);
        }
        let mut paths: Vec<&str> = fields.iter().map(|field| field.path.as_str()).collect();
        paths.sort_unstable();
        paths.dedup();
        prop_assert_eq!(paths.len(), fields.len());
    }

    #[test]
    fn products_agree_with_long_multiplication(
        a in "-?(0|[1-9][0-9]{0,11})(\\.[0-9]{0,12}[1-9])?",
        b in "-?(0|[1-9][0-9]{0,11})(\\.[0-9]{0,12}[1-9])?",
    ) {
        let (Ok(left), Ok(right)) = (a.parse::<Decimal>(), b.parse::<Decimal>()) else {
            prop_assert!(a == "-0" || b == "-0" || a.len() > 25 || b.len() > 25);
            return Ok(());
        };
        prop_assert_eq!(&left.to_string(), &a);
        let expected = long_product(&a, &b);
        prop_assert_eq!(left.times(right).map(|fen| fen.to_string()), expected);
        prop_assert_eq!(left.times(right), right.times(left));
    }

    #[test]
    fn money_round_trips(fen in -999_999_999_999_999_999_i64..=999_999_999_999_999_999) {
        let amount = Fen::new(fen).unwrap();
        prop_assert_eq!(amount.to_string().parse(), Ok(amount));
    }
}

/// Multiplies two decimals digit by digit and rounds half away from zero to two decimals; `None`
/// if more than 16 integer digits remain.
fn long_product(a: &str, b: &str) -> Option<String> {
    let digits = |text: &str| -> (Vec<u32>, usize) {
        let text = text.trim_start_matches('-');
        let fraction = text
            .split_once('.')
            .map_or(0, |(_, fraction)| fraction.len());
        (
            text.chars().rev().filter_map(|c| c.to_digit(10)).collect(),
            fraction,
        )
    };
    let ((a_digits, a_scale), (b_digits, b_scale)) = (digits(a), digits(b));
    // Least significant digit first; two more places so that there are always cents.
    let mut product = vec![0_u32; 2];
    product.resize(a_digits.len() + b_digits.len() + 4, 0);
    for (i, x) in a_digits.iter().enumerate() {
        for (j, y) in b_digits.iter().enumerate() {
            product[i + j + 2] += x * y;
        }
    }
    carry(&mut product);
    let dropped = a_scale + b_scale;
    let round_up = dropped > 0 && product[dropped - 1] >= 5;
    let mut fen = product.split_off(dropped);
    fen.push(0);
    fen[0] += u32::from(round_up);
    carry(&mut fen);
    let text: String = fen
        .iter()
        .rev()
        .map(ToString::to_string)
        .collect::<String>()
        .trim_start_matches('0')
        .into();
    let text = format!("{text:0>3}");
    let (yuan, cents) = text.split_at(text.len() - 2);
    let is_zero = text.bytes().all(|byte| byte == b'0');
    let sign = if a.starts_with('-') != b.starts_with('-') && !is_zero {
        "-"
    } else {
        ""
    };
    (yuan.len() <= 16).then(|| format!("{sign}{yuan}.{cents}"))
}

fn carry(digits: &mut [u32]) {
    for i in 1..digits.len() {
        digits[i] += digits[i - 1] / 10;
        digits[i - 1] %= 10;
    }
}
