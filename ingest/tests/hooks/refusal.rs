//! What a configuration must not say, and what is left alone then.

use crate::{
    bbb::{Bbb, ID, hooks},
    library::Library,
};
use std::{fs, process::Command};

#[test]
fn a_configuration_that_cannot_be_meant_is_told_and_nothing_is_lost() {
    let Some(bbb) = Bbb::new("") else { return };
    bbb.publish(ID, "presentation");
    bbb.ask(&format!("{ID}.published"));
    for (settings, complaint) in [
        ("", "set either `library` or `spool`"),
        ("library: https://a.example\nspool: /b", "set either `library` or `spool`"),
        ("libary: https://a.example", "unknown key `libary`"),
        ("library: http://a.example", "could read the token"),
        ("library: ftp://a.example", "not a https:// address"),
        ("library: 'https://a b'", "not an address"),
        ("spool: folder", "neither an absolute path nor user@host:/path"),
        ("spool: -e.sh:/x", "neither an absolute path nor user@host:/path"),
        ("spool: /b\nraw: some", "`raw` is one of"),
        ("spool: /b\ntimeout: soon", "`timeout` is not"),
        ("spool: /b\nqueue: here", "`queue` is not an absolute path"),
        ("spool: [", "cannot read"),
    ] {
        bbb.configure(settings);
        let output = bbb.push("--all");
        let said = String::from_utf8(output.stderr).unwrap();
        assert_eq!(output.status.code(), Some(2), "{settings}: {said}");
        assert!(said.contains(complaint), "{settings}: {said}");
        assert_eq!(bbb.entries().0, [format!("{ID}.published")]);
    }
}

#[test]
fn a_token_that_everybody_may_read_is_not_used() {
    let library = Library::start([]);
    let Some(bbb) = Bbb::new(&library.setting()) else { return };
    bbb.publish(ID, "presentation");
    bbb.ask(&format!("{ID}.published"));
    bbb.token(0o644);
    assert_eq!(bbb.push("--once").status.code(), Some(1));
    assert!(bbb.status().0.contains("can be read by everybody"));
    assert!(library.is_untouched());

    bbb.token(0o640);
    fs::write(bbb.path("token"), "two words\n").unwrap();
    assert_eq!(bbb.push("--once").status.code(), Some(1));
    assert!(bbb.status().0.contains("holds no token"));

    fs::remove_file(bbb.path("token")).unwrap();
    assert_eq!(bbb.push("--once").status.code(), Some(1));
    assert!(bbb.status().0.contains("cannot read the token"));
}

#[test]
fn a_command_line_that_says_nothing_is_answered_with_the_usage() {
    if Bbb::new("").is_none() {
        return;
    }
    for arguments in [&[][..], &["--every"], &["--all", "--once"], &["--all", "--config"]] {
        let output = Command::new(hooks().join("plenary-push")).args(arguments).output().unwrap();
        assert_eq!(output.status.code(), Some(2), "{arguments:?}");
        assert!(String::from_utf8(output.stderr).unwrap().starts_with("usage:"), "{arguments:?}");
    }
}
