//! Subjects as they are typed: in one line, with commas between.

const MOST: usize = 50;
const LONGEST: usize = 100;

/// As the form shows them.
pub(super) fn written(subjects: &[String]) -> String {
    subjects.join(", ")
}

/// Reads what was typed, of which nothing is kept twice, however it is capitalised. Where it is what
/// the form showed of `stored`, those stay: a subject that came with a comma in it is not cut.
pub(super) fn read(typed: &str, stored: &[String]) -> Vec<String> {
    if typed.trim() == written(stored).trim() {
        return stored.to_vec();
    }
    let mut subjects: Vec<String> = Vec::new();
    for subject in typed.split(',') {
        let words: Vec<&str> = subject.split_whitespace().collect();
        let subject: String = words.join(" ").chars().take(LONGEST).collect();
        let is_there = subjects.iter().any(|it| it.to_lowercase() == subject.to_lowercase());
        if !subject.is_empty() && !is_there && subjects.len() < MOST {
            subjects.push(subject);
        }
    }
    subjects
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn subjects_are_parted_by_commas() {
        let cases: [(&str, &[&str]); 5] = [
            ("", &[]),
            (" , ,", &[]),
            ("Housing, energy ,  public \t baths", &["Housing", "energy", "public baths"]),
            ("Rent, rent, RENT, Ñandú, ñandú", &["Rent", "Ñandú"]),
            ("住宅, <b>", &["住宅", "<b>"]),
        ];
        for (typed, expected) in cases {
            assert_eq!(read(typed, &[]), expected, "{typed:?}");
        }
        assert_eq!(read(&"a,".repeat(9), &[]).len(), 1);
        let many: Vec<String> = (0..99).map(|n| n.to_string()).collect();
        assert_eq!(read(&many.join(","), &[]).len(), MOST);
    }

    #[test]
    fn a_subject_that_came_with_a_comma_stays_whole() {
        let stored = ["Rent, cold".to_owned(), "Roof".to_owned()];
        assert_eq!(read("Rent, cold, Roof", &stored), stored);
        assert_eq!(read("Rent, cold, Roof, Pump", &stored).len(), 4);
    }
}
