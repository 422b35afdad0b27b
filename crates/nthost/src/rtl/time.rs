//! Times as dates.

use crate::{
    export::{Export, exports},
    nt::{BOOLEAN, FALSE, HIGH_LEVEL, PASSIVE_LEVEL, TIME_FIELDS, TRUE},
};

/// Units of a time, 100 ns, in a millisecond.
const MILLISECOND: i64 = 10_000;
const SECOND: i64 = 1000 * MILLISECOND;
const DAY: i64 = 86_400 * SECOND;

/// The first day of 1601, when times begin, since the first of March of the year 0, when the cycles
/// of the calendar do.
const FIRST_DAY: i64 = 584_694;
/// Days in the cycle of the calendar.
const CYCLE: i64 = 146_097;
/// The first day was a Monday.
const FIRST_WEEKDAY: i64 = 1;

/// The year, month and day of a day since 1601.
fn date(day: i64) -> (i64, i64, i64) {
    let day = day + FIRST_DAY;
    let (cycle, day) = (day.div_euclid(CYCLE), day.rem_euclid(CYCLE));
    let year = (day - day / 1460 + day / 36_524 - day / 146_096) / 365;
    let day = day - (365 * year + year / 4 - year / 100);
    // Months from March on have 31, 30, 31, 30 and 31 days, again and again.
    let month = (5 * day + 2) / 153;
    let day = day - (153 * month + 2) / 5 + 1;
    let (month, next_year) = if month < 10 { (month + 3, 0) } else { (month - 9, 1) };
    (cycle * 400 + year + next_year, month, day)
}

/// The day since 1601 of a year, month and day.
fn day(year: i64, month: i64, day: i64) -> i64 {
    let year = if month < 3 { year - 1 } else { year };
    let (cycle, year) = (year.div_euclid(400), year.rem_euclid(400));
    let day = (153 * ((month + 9) % 12) + 2) / 5 + day - 1;
    cycle * CYCLE + year * 365 + year / 4 - year / 100 + day - FIRST_DAY
}

fn fields(time: i64) -> TIME_FIELDS {
    let (days, rest) = (time.div_euclid(DAY), time.rem_euclid(DAY));
    let (year, month, day) = date(days);
    let short = |number: i64| i16::try_from(number).unwrap_or(i16::MAX);
    TIME_FIELDS {
        Year: short(year),
        Month: short(month),
        Day: short(day),
        Hour: short(rest / (3600 * SECOND)),
        Minute: short(rest / (60 * SECOND) % 60),
        Second: short(rest / SECOND % 60),
        Milliseconds: short(rest / MILLISECOND % 1000),
        Weekday: short((days + FIRST_WEEKDAY).rem_euclid(7)),
    }
}

/// The time of fields that name one.
fn time(fields: &TIME_FIELDS) -> Option<i64> {
    let wide = i64::from;
    let days = day(wide(fields.Year), wide(fields.Month), wide(fields.Day));
    let seconds = wide(fields.Hour) * 3600 + wide(fields.Minute) * 60 + wide(fields.Second);
    let time = days * DAY + seconds * SECOND + wide(fields.Milliseconds) * MILLISECOND;
    let again = self::fields(time);
    let same = TIME_FIELDS { Weekday: again.Weekday, ..*fields } == again;
    (fields.Year >= 1601 && same).then_some(time)
}

/// [Microsoft's page](https://learn.microsoft.com/en-us/windows-hardware/drivers/ddi/wdm/nf-wdm-rtltimetotimefields)
unsafe extern "efiapi" fn RtlTimeToTimeFields(time: *const i64, result: *mut TIME_FIELDS) {
    // SAFETY: the driver passes a time.
    let time = unsafe { time.read() };
    // SAFETY: the driver passes a place for the fields.
    unsafe { result.write(fields(time)) };
}

/// [Microsoft's page](https://learn.microsoft.com/en-us/windows-hardware/drivers/ddi/wdm/nf-wdm-rtltimefieldstotime)
unsafe extern "efiapi" fn RtlTimeFieldsToTime(
    fields: *const TIME_FIELDS,
    result: *mut i64,
) -> BOOLEAN {
    // SAFETY: the driver passes fields.
    let Some(time) = time(unsafe { &*fields }) else { return FALSE };
    // SAFETY: the driver passes a place for the time.
    unsafe { result.write(time) };
    TRUE
}

pub(crate) const EXPORTS: &[Export] = exports! {
    RtlTimeFieldsToTime: PASSIVE_LEVEL..=HIGH_LEVEL;
    RtlTimeToTimeFields: PASSIVE_LEVEL..=HIGH_LEVEL;
};

#[cfg(test)]
mod tests {
    use super::*;

    fn split(time: i64) -> [i16; 8] {
        let mut fields = TIME_FIELDS::default();
        // SAFETY: both places are valid.
        unsafe { RtlTimeToTimeFields(&raw const time, &raw mut fields) };
        let TIME_FIELDS { Year, Month, Day, Hour, Minute, Second, Milliseconds, Weekday } = fields;
        [Year, Month, Day, Hour, Minute, Second, Milliseconds, Weekday]
    }

    fn join(fields: TIME_FIELDS) -> Option<i64> {
        let mut time = 0;
        // SAFETY: both places are valid.
        let valid = unsafe { RtlTimeFieldsToTime(&raw const fields, &raw mut time) };
        (valid == TRUE).then_some(time)
    }

    #[test]
    fn known_times_are_known_dates() {
        assert_eq!(split(0), [1601, 1, 1, 0, 0, 0, 0, 1]);
        assert_eq!(split(116_444_736_000_000_000), [1970, 1, 1, 0, 0, 0, 0, 4]);
        // The last millisecond of a leap day.
        assert_eq!(split(125_963_423_999_999_999), [2000, 2, 29, 23, 59, 59, 999, 2]);
        assert_eq!(split(133_536_384_000_000_000 + SECOND), [2024, 2, 29, 0, 0, 1, 0, 4]);
    }

    #[test]
    fn all_days_of_a_cycle_come_back() {
        for day in 0..=CYCLE {
            let time = day * DAY + 5 * MILLISECOND;
            assert_eq!(join(fields(time)), Some(time));
        }
    }

    #[test]
    fn dates_that_are_none_are_refused() {
        let date = |Year, Month, Day| join(TIME_FIELDS { Year, Month, Day, ..Default::default() });
        assert_eq!(date(1900, 2, 29), None);
        assert_eq!(date(2000, 13, 1), None);
        assert_eq!(date(2000, 1, 0), None);
        assert_eq!(date(1600, 12, 31), None);
        assert!(date(2000, 2, 29).is_some());
    }
}
