//! Who is who: users of a meeting are people who may have joined several times, and callers of its
//! voice server are users.

use super::{
    events::{Caller, CallerInfo, Join},
    metas::Metas,
};
use std::collections::HashMap;

/// The people of a meeting.
pub(crate) struct People<'a> {
    people: Vec<Person<'a>>,
    /// The index of each caller's person.
    of_caller: Vec<usize>,
    /// By user ID: the index of the person, and the name of that join.
    by_user: HashMap<&'a str, (usize, &'a str)>,
}

struct Person<'a> {
    name: &'a str,
    moderator: bool,
    /// Counts the viewers and the moderators apart from 1, in the order of their first join; 0 for
    /// who never joined (a telephone).
    nth: usize,
}

impl<'a> People<'a> {
    pub(crate) fn new(joins: &'a [Join], callers: &'a [CallerInfo]) -> Self {
        let mut people: Vec<Person<'_>> = Vec::new();
        let mut by_external: HashMap<&str, usize> = HashMap::new();
        let mut by_user: HashMap<&str, (usize, &str)> = HashMap::new();
        let (mut viewers, mut moderators) = (0, 0);
        for join in joins {
            // Guests have their own ID, which is new at every join, for an external one.
            let own = if join.external.is_empty() { &join.user } else { &join.external };
            let person = *by_external.entry(own).or_insert_with(|| {
                let count = if join.moderator { &mut moderators } else { &mut viewers };
                *count += 1;
                people.push(Person { name: &join.name, moderator: join.moderator, nth: *count });
                people.len() - 1
            });
            by_user.insert(&join.user, (person, &join.name));
        }
        // In 2011 callers had numbers of their own, and only their names told who they were.
        let mut by_name: HashMap<&str, Option<usize>> = HashMap::new();
        for (index, person) in people.iter().enumerate().filter(|(_, it)| !it.name.is_empty()) {
            by_name.entry(person.name).and_modify(|it| *it = None).or_insert(Some(index));
        }
        let of_caller = callers.iter().map(|caller| {
            if let Some(&(person, _)) = by_user.get(caller.id.as_str()) {
                return person;
            }
            by_name.get(caller.name.as_str()).copied().flatten().unwrap_or_else(|| {
                people.push(Person { name: &caller.name, moderator: false, nth: 0 });
                people.len() - 1
            })
        });
        let of_caller = of_caller.collect();
        Self { people, of_caller, by_user }
    }

    /// How many people joined.
    pub(crate) fn count(&self) -> usize {
        self.people.iter().filter(|it| it.nth > 0).count()
    }

    /// Who a caller is: the same number for the same person.
    pub(crate) fn of_caller(&self, caller: Caller) -> usize {
        self.of_caller[caller.0]
    }

    /// What a person is called, where that is known and may be: `Viewer 3` as BigBlueButton has it
    /// in the chat where the meeting asked for anonymity.
    pub(crate) fn shown_name(&self, person: usize, metas: &Metas) -> Option<String> {
        let person = &self.people[person];
        person.alias(metas).unwrap_or_else(|| shown(person.name))
    }

    /// What the sender of a chat message is called, by their user ID, or by the name in the message
    /// where that is unknown; empty for nobody.
    pub(crate) fn sender(&self, user: &str, name: &str, metas: &Metas) -> String {
        let sender = match self.by_user.get(user) {
            Some(&(person, name)) => {
                self.people[person].alias(metas).unwrap_or_else(|| shown(name))
            }
            None if metas.anonymises_viewers() => None,
            None => shown(name),
        };
        sender.unwrap_or_default()
    }
}

impl Person<'_> {
    /// What to call them instead of their name, which may be nothing. `None`: by their name.
    fn alias(&self, metas: &Metas) -> Option<Option<String>> {
        let hidden =
            if self.moderator { metas.anonymises_moderators() } else { metas.anonymises_viewers() };
        let role = if self.moderator { "Moderator" } else { "Viewer" };
        hidden.then(|| (self.nth > 0).then(|| format!("{role} {}", self.nth)))
    }
}

/// A name, unless it is none or a telephone number.
fn shown(name: &str) -> Option<String> {
    (!name.is_empty() && !is_number(name)).then(|| name.to_owned())
}

/// Whether a caller's name is a telephone number, which is nobody's business; also one of which the
/// server hid a part (`+49-xxx-xxx-12-34`).
fn is_number(name: &str) -> bool {
    name.chars().filter(char::is_ascii_digit).count() >= 4
        && !name.chars().any(|it| it.is_alphabetic() && !matches!(it, 'x' | 'X'))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn join(user: &str, external: &str, name: &str, moderator: bool) -> Join {
        Join { user: user.into(), external: external.into(), name: name.into(), moderator }
    }

    fn caller(id: &str, name: &str) -> CallerInfo {
        CallerInfo { id: id.into(), name: name.into() }
    }

    fn metas(names: &[&str]) -> Metas {
        let mut metas = Metas::default();
        names.iter().for_each(|it| metas.put(it, "true"));
        metas
    }

    #[test]
    fn people_are_told_apart_as_bigbluebutton_does() {
        let joins = [
            join("a", "1", "Ada", true),
            join("b", "2", "Bo", false),
            join("b2", "2", "Bo again", false),
            join("g", "g", "Gast", false),
            join("g2", "g2", "Gast", false),
            join("n", "", "Nobody's", false),
        ];
        let callers = ["b2", "g2", "v_1"].map(|it| caller(it, "+49 30 1234567"));
        let people = People::new(&joins, &callers);
        assert_eq!(people.count(), 5);
        let named = |names: &[&str]| -> Vec<_> {
            let metas = metas(names);
            (0..3).map(|it| people.shown_name(people.of_caller(Caller(it)), &metas)).collect()
        };
        let some = |it: &str| Some(it.to_owned());
        assert_eq!(named(&[]), [some("Bo"), some("Gast"), None]);
        assert_eq!(named(&["bbb-anonymize-chat"]), [some("Viewer 1"), some("Viewer 3"), None]);
        let hidden = metas(&["bbb-anonymize-chat"]);
        assert_eq!(people.sender("b2", "x", &hidden), "Viewer 1");
        assert_eq!(people.sender("a", "x", &hidden), "Ada");
        assert_eq!(people.sender("?", "Who", &hidden), "");
        assert_eq!(people.sender("b2", "x", &Metas::default()), "Bo again");
        assert_eq!(people.sender("?", "Who", &Metas::default()), "Who");
    }

    #[test]
    fn a_callers_name_tells_who_it_is_if_only_one_has_it() {
        let joins = [
            join("1", "", "FRED", true),
            join("2", "", "Twin", false),
            join("3", "", "Twin", false),
        ];
        let callers = [caller("116", "FRED"), caller("117", "Twin"), caller("118", "FRED")];
        let people = People::new(&joins, &callers);
        let of = |it| people.of_caller(Caller(it));
        assert_eq!(of(0), of(2));
        assert_eq!(people.shown_name(of(0), &metas(&["bbb-anonymize-chat"])).unwrap(), "FRED");
        assert!(of(1) >= 3);
    }

    #[test]
    fn telephone_numbers_are_no_names() {
        for number in ["+49 30 1234567", "0301234567", "+1-xxx-xxx-12-34", "(030) 12 34"] {
            assert!(is_number(number), "{number}");
        }
        for name in ["Ada", "Room 1204", "", "R2", "Ωmega 1234", "李1234"] {
            assert!(!is_number(name), "{name}");
        }
    }
}
