//! The gross amount in words (价税合计大写).

use crate::decimal::Fen;

const DIGITS: [char; 10] = ['零', '壹', '贰', '叁', '肆', '伍', '陆', '柒', '捌', '玖'];
const PLACES: [&str; 4] = ["", "拾", "佰", "仟"];

/// Writes an amount in words, in the one form that we issue.
///
/// Digits go in groups of four. One 零 stands for a run of zeros between two digits, unless the
/// run is the end of a group; 零 stands before 角 when the last digit of the yuan is 0, and before
/// 分 when there are yuan and no 角. 整 follows 圆 or 角, never 分. A negative amount begins with
/// （负数）.
///
/// # Standard
/// 《正确填写票据和结算凭证的基本规定》; of the forms that it allows, this is the one seen on real
/// invoices.
#[must_use]
pub fn in_words(amount: Fen) -> String {
    let fen = amount.get().unsigned_abs();
    let (yuan, jiao, fen) = (fen / 100, fen / 10 % 10, fen % 10);
    let mut out = String::from(if amount < Fen::ZERO {
        "（负数）"
    } else {
        ""
    });
    if yuan > 0 || (jiao == 0 && fen == 0) {
        write_integer(yuan, &mut out);
        out.push('圆');
    }
    if jiao > 0 {
        if yuan > 0 && yuan % 10 == 0 {
            out.push('零');
        }
        out.push(digit(jiao));
        out.push('角');
    } else if fen > 0 && yuan > 0 {
        out.push('零');
    }
    if fen > 0 {
        out.push(digit(fen));
        out.push('分');
    } else {
        out.push('整');
    }
    out
}

/// Writes up to sixteen digits: 万亿, 亿, 万, and the rest.
fn write_integer(value: u64, out: &mut String) {
    if value == 0 {
        out.push('零');
    }
    let mut begun = false;
    let mut zero_pending = false;
    for group_index in (0..4).rev() {
        let group = value / 10_u64.pow(4 * group_index) % 10_000;
        for place in (0..4).rev() {
            let n = group / 10_u64.pow(place) % 10;
            if n == 0 {
                zero_pending = begun;
                continue;
            }
            if zero_pending {
                out.push('零');
            }
            out.push(digit(n));
            out.push_str(PLACES[place as usize]);
            (begun, zero_pending) = (true, false);
        }
        // Zeros at the end of a group that has digits are not spoken.
        zero_pending = begun && group == 0;
        let tail = match group_index {
            3 | 1 if group > 0 => "万",
            2 if begun => "亿",
            _ => "",
        };
        out.push_str(tail);
    }
}

fn digit(n: u64) -> char {
    usize::try_from(n)
        .ok()
        .and_then(|n| DIGITS.get(n))
        .copied()
        .unwrap_or('零')
}

#[cfg(test)]
mod tests {
    use super::in_words;

    #[test]
    fn one_form_is_written() {
        for (amount, words) in [
            ("0.00", "零圆整"),
            ("0.01", "壹分"),
            ("0.10", "壹角整"),
            ("0.11", "壹角壹分"),
            ("10.70", "壹拾圆零柒角整"),
            ("85.86", "捌拾伍圆捌角陆分"),
            ("545.00", "伍佰肆拾伍圆整"),
            ("1409.50", "壹仟肆佰零玖圆伍角整"),
            ("6007.14", "陆仟零柒圆壹角肆分"),
            ("1680.32", "壹仟陆佰捌拾圆零叁角贰分"),
            ("16409.02", "壹万陆仟肆佰零玖圆零贰分"),
            ("19323.00", "壹万玖仟叁佰贰拾叁圆整"),
            ("107000.53", "壹拾万柒仟圆零伍角叁分"),
            ("10000000.00", "壹仟万圆整"),
            ("100010000.00", "壹亿零壹万圆整"),
            ("100001000.00", "壹亿零壹仟圆整"),
            ("1000000001.01", "壹拾亿零壹圆零壹分"),
            ("1000000000000.00", "壹万亿圆整"),
            ("1000056780000.00", "壹万亿零伍仟陆佰柒拾捌万圆整"),
            ("1000000000001.00", "壹万亿零壹圆整"),
            (
                "1234567890123456.78",
                "壹仟贰佰叁拾肆万伍仟陆佰柒拾捌亿玖仟零壹拾贰万叁仟肆佰伍拾陆圆柒角捌分",
            ),
            ("-106.00", "（负数）壹佰零陆圆整"),
        ] {
            assert_eq!(in_words(amount.parse().expect(amount)), words, "{amount}");
        }
    }
}
