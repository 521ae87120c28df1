use super::MOST_DEPTH;
use crate::Rule;

/// The plain name of an entry, or the rule that it breaks. Empty for the top folder itself.
pub(crate) fn name_of(raw: &[u8]) -> Result<String, Rule> {
    let text = std::str::from_utf8(raw).map_err(|_| Rule::NotUtf8)?;
    if text.starts_with('/') {
        return Err(Rule::Absolute);
    }
    if text.contains('\\') || text.chars().any(char::is_control) {
        return Err(Rule::Characters);
    }
    // `C:/windows`, as zips from elsewhere have it.
    if text.as_bytes().get(1) == Some(&b':') && text.as_bytes()[0].is_ascii_alphabetic() {
        return Err(Rule::Absolute);
    }
    let parts: Vec<&str> = text.split('/').filter(|it| !matches!(*it, "" | ".")).collect();
    if parts.contains(&"..") {
        return Err(Rule::LeadsUp);
    }
    if parts.len() > MOST_DEPTH + 1 {
        return Err(Rule::TooDeep);
    }
    Ok(parts.join("/"))
}

/// What a symbolic link in the entry `name` leads to.
pub(super) fn link_target(name: &str, target: &[u8]) -> Result<String, Rule> {
    let target = std::str::from_utf8(target).map_err(|_| Rule::NotUtf8)?;
    if target.starts_with('/') {
        return Err(Rule::LeadsOutside);
    }
    let mut parts: Vec<&str> = name.split('/').collect();
    parts.pop();
    for part in target.split('/') {
        match part {
            "" | "." => {}
            ".." => drop(parts.pop().ok_or(Rule::LeadsOutside)?),
            part => parts.push(part),
        }
    }
    if parts.len() > MOST_DEPTH + 1 {
        return Err(Rule::TooDeep);
    }
    Ok(parts.join("/"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use archive::SourcePath;
    use proptest::prelude::*;

    #[test]
    fn names_are_made_plain_or_refused() {
        let deep = "d/".repeat(20);
        let cases: [(&[u8], Result<&str, Rule>); 12] = [
            (b"presentation/x/a.xml", Ok("presentation/x/a.xml")),
            (b"./presentation//x/./a.xml", Ok("presentation/x/a.xml")),
            (b"presentation/", Ok("presentation")),
            (b"./", Ok("")),
            ("notes/Übersicht.pdf".as_bytes(), Ok("notes/Übersicht.pdf")),
            (b"a/../b", Err(Rule::LeadsUp)),
            (b"..", Err(Rule::LeadsUp)),
            (b"/etc/passwd", Err(Rule::Absolute)),
            (b"C:/windows", Err(Rule::Absolute)),
            (b"caf\xe9", Err(Rule::NotUtf8)),
            (b"a\\b", Err(Rule::Characters)),
            (deep.as_bytes(), Err(Rule::TooDeep)),
        ];
        for (raw, expected) in cases {
            assert_eq!(name_of(raw), expected.map(str::to_owned), "{}", raw.escape_ascii());
        }
    }

    #[test]
    fn links_are_followed_by_name_alone() {
        let cases: [(&str, &[u8], Result<&str, Rule>); 5] = [
            ("p/x/video/a", b"../b", Ok("p/x/b")),
            ("p/x/a", b"./b/c", Ok("p/x/b/c")),
            ("p/x/a", b"../../b", Ok("b")),
            ("p/x/a", b"../../../b", Err(Rule::LeadsOutside)),
            ("p/x/a", b"/etc/hostname", Err(Rule::LeadsOutside)),
        ];
        for (name, target, expected) in cases {
            assert_eq!(link_target(name, target), expected.map(str::to_owned), "{name}");
        }
    }

    proptest! {
        #[test]
        fn a_plain_name_leads_nowhere_else(raw in r"[a./\\:\x00é]{0,20}") {
            if let Ok(name) = name_of(raw.as_bytes()) && !name.is_empty() {
                prop_assert!(name.parse::<SourcePath>().is_ok(), "{name:?}");
                prop_assert_eq!(name_of(name.as_bytes()), Ok(name));
            }
        }
    }
}
