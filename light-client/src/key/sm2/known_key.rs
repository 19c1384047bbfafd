//! s·G + t·P for a key with tables: no doublings, or few.
//!
//! ```text
//! row r of a table: d·2^(width·stride·r)·P   for d = 1 … 2^(width−1)
//! ```
//! With a stride of 1 there is a row for every digit. A longer stride keeps fewer rows, shared by
//! `stride` digits each, for `width·(stride − 1)` doublings in all: memory for time.

use alloc::vec::Vec;

use super::{
    affine::{Meeting, add_up},
    field::{Field, invert_all},
    point::{Affine, Jacobian, add_affine},
    scalar::{DENSE, Scalar, windows},
};

/// The shape of a table.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Shape {
    /// Bits of a digit, 4 to 12.
    pub(super) width: usize,
    /// Digits that share a row.
    pub(super) stride: usize,
}

impl Shape {
    const fn rows(self) -> usize {
        windows(self.width).div_ceil(self.stride)
    }

    const fn row_len(self) -> usize {
        1 << (self.width - 1)
    }

    /// Whether digits begin `shift` bits above each row's place.
    const fn has_digits_at(self, shift: usize) -> bool {
        shift < self.step() && shift.is_multiple_of(self.width)
    }

    /// Bits between two rows.
    const fn step(self) -> usize {
        self.width * self.stride
    }
}

/// Multiples of one point.
#[derive(Debug, Clone)]
pub(super) struct Table<F> {
    shape: Shape,
    points: Vec<Affine<F>>,
}

impl<F: Field> Table<F> {
    /// Builds the table of `point`.
    pub(super) fn new(point: &Affine<F>, shape: Shape) -> Self {
        let mut bases = Vec::with_capacity(shape.rows());
        let mut base = Jacobian::from(*point);
        for row in 0..shape.rows() {
            if row > 0 {
                base = (0..shape.step()).fold(base, |base, _| base.double());
            }
            bases.push(base);
        }
        let mut scratch = Vec::new();
        let bases = normalise(&bases, &mut scratch);
        Self {
            shape,
            points: multiples(&bases, shape, &mut scratch),
        }
    }

    /// The table of the generator.
    pub(super) fn of_generator(shape: Shape) -> Self {
        Self::new(&F::GENERATOR_ODD[0], shape)
    }

    /// Bytes it takes.
    pub(super) fn size(&self) -> usize {
        self.points.capacity() * size_of::<Affine<F>>()
    }

    fn digits(&self, scalar: &Scalar) -> [i16; DENSE] {
        scalar.dense_digits(self.shape.width)
    }

    /// Appends the points that the digits at `shift` bits above each row's place stand for.
    fn choose(&self, shift: usize, digits: &[i16; DENSE], chosen: &mut Vec<Affine<F>>) {
        if !self.shape.has_digits_at(shift) {
            return;
        }
        let rows = self.points.chunks_exact(self.shape.row_len());
        let first = shift / self.shape.width;
        let digits = digits.iter().skip(first).step_by(self.shape.stride);
        let from = chosen.len();
        // Copied first and negated after: the machine then waits for many of them at a time.
        chosen.extend(
            rows.zip(digits.clone())
                .filter_map(|(row, digit)| entry(row, *digit)),
        );
        let used = digits.filter(|digit| **digit != 0);
        for (point, digit) in chosen[from..].iter_mut().zip(used) {
            if *digit < 0 {
                *point = point.negate();
            }
        }
    }
}

/// |d|·B of a row that holds 1·B, 2·B, …; none for d = 0.
#[inline]
fn entry<F: Field>(row: &[Affine<F>], digit: i16) -> Option<Affine<F>> {
    let index = usize::from(digit.unsigned_abs()).checked_sub(1)?;
    Some(row[index])
}

/// The points that make up s·G + t·P: those to be doubled most come first.
struct Parts<F> {
    groups: Vec<Group<F>>,
}

/// Points to be added and then doubled `doublings` times, together with all that came before.
struct Group<F> {
    points: Vec<Affine<F>>,
    doublings: usize,
}

impl<F: Field> Parts<F> {
    /// Looks all of them up before any is added: then the machine waits for memory once, not for
    /// each.
    fn of(generator: &Table<F>, s: &Scalar, key: &Table<F>, t: &Scalar) -> Self {
        let (s, t) = (generator.digits(s), key.digits(t));
        let steps = generator.shape.step().max(key.shape.step());
        let mut groups: Vec<Group<F>> = Vec::new();
        let used = |shift: &usize| {
            generator.shape.has_digits_at(*shift) || key.shape.has_digits_at(*shift)
        };
        for shift in (0..steps).rev().filter(used) {
            let mut points = Vec::with_capacity(generator.shape.rows() + key.shape.rows());
            key.choose(shift, &t, &mut points);
            generator.choose(shift, &s, &mut points);
            let doublings = shift;
            groups.push(Group { points, doublings });
        }
        // From "doublings in all" to "doublings until the next group".
        for index in 1..groups.len() {
            groups[index - 1].doublings -= groups[index].doublings;
        }
        Self { groups }
    }

    fn sum(&self) -> Option<Jacobian<F>> {
        self.groups.iter().fold(None, |sum, group| {
            let sum = group.points.iter().fold(sum, add_affine);
            (0..group.doublings).fold(sum, |sum, _| sum.as_ref().map(Jacobian::double))
        })
    }
}

/// s·G + t·P; `None` is the point at infinity.
pub(super) fn combine<F: Field>(
    generator: &Table<F>,
    s: &Scalar,
    key: &Table<F>,
    t: &Scalar,
) -> Option<Jacobian<F>> {
    Parts::of(generator, s, key, t).sum()
}

/// [`combine`] for many at once: the points of all are added in affine coordinates, in rounds
/// that share one inversion, for 6 multiplications an addition instead of 11.
pub(super) fn combine_all<F: Field>(
    generator: &Table<F>,
    terms: &[(Scalar, &Table<F>, Scalar)],
) -> Vec<Option<Jacobian<F>>> {
    let parts = |(s, key, t): &(Scalar, &Table<F>, Scalar)| Parts::of(generator, s, key, t);
    let mut all: Vec<Parts<F>> = terms.iter().map(parts).collect();
    let lists = all.iter_mut().flat_map(|parts| &mut parts.groups);
    add_up(lists.map(|group| &mut group.points).collect());
    all.iter().map(Parts::sum).collect()
}

/// The points with z = 1, for one inversion.
fn normalise<F: Field>(points: &[Jacobian<F>], scratch: &mut Vec<F>) -> Vec<Affine<F>> {
    let mut inverses: Vec<F> = points.iter().map(|point| point.z).collect();
    invert_all(&mut inverses, scratch);
    let affine = |(point, inverse): (&Jacobian<F>, &F)| {
        let square = F::square(*inverse);
        Affine {
            x: F::multiply(point.x, square),
            y: F::multiply(F::multiply(point.y, square), *inverse),
        }
    };
    points.iter().zip(&inverses).map(affine).collect()
}

/// 1·B, 2·B, … of every base B, row after row. From the first m multiples come the next m, of
/// all rows at once, so that they share one inversion. k·B and l·B with 0 < k, l ≤ 2¹¹ are never
/// opposite, as n is a prime far above.
fn multiples<F: Field>(bases: &[Affine<F>], shape: Shape, scratch: &mut Vec<F>) -> Vec<Affine<F>> {
    let len = shape.row_len();
    let mut points: Vec<Affine<F>> = Vec::with_capacity(len * bases.len());
    for base in bases {
        points.extend(core::iter::repeat_n(*base, len));
    }
    let (mut meetings, mut slopes) = (Vec::new(), Vec::new());
    let mut known = 1;
    while known < len {
        meetings.clear();
        slopes.clear();
        for row in points.chunks_exact(len) {
            for point in &row[..known] {
                let (meeting, denominator) = Meeting::of(&row[known - 1], point);
                meetings.push(meeting);
                slopes.push(denominator);
            }
        }
        invert_all(&mut slopes, scratch);
        let mut places = meetings.iter().zip(&slopes);
        for row in points.chunks_exact_mut(len) {
            for (index, (meeting, inverse)) in (0..known).zip(&mut places) {
                let sum = meeting.sum(&row[known - 1], &row[index], *inverse);
                row[known + index] = sum.expect("multiples below n are never opposite");
            }
        }
        known *= 2;
    }
    points
}
