//! What an operator runs once.

use crate::{
    bbb::{Bbb, ID, hooks},
    library::Library,
};
use std::{fs, process::Command};

fn install(bbb: &Bbb, arguments: &[&str]) {
    let mut command = Command::new(hooks().join("install.sh"));
    let output = command.args(arguments).env("DESTDIR", bbb.path("root")).output().unwrap();
    assert!(output.status.success(), "{output:?}");
}

fn installed(bbb: &Bbb) -> Vec<String> {
    let output = Command::new("find")
        .arg(bbb.path("root"))
        .args(["!", "-type", "d", "-printf", "%P\n"])
        .output();
    let text = String::from_utf8(output.unwrap().stdout).unwrap();
    let mut files: Vec<_> = text.lines().map(str::to_owned).collect();
    files.sort();
    files
}

#[test]
fn it_installs_twice_as_once_and_takes_away_what_it_brought() {
    let Some(bbb) = Bbb::new("") else { return };
    let configuration = bbb.write("root/etc/bigbluebutton/plenary.yml", "# mine");
    let scripts = "usr/local/bigbluebutton/core/scripts";
    let others = bbb.write(&format!("root/{scripts}/post_publish/scalelite.rb"), "# theirs");

    install(&bbb, &[]);
    let once = installed(&bbb);
    install(&bbb, &[]);
    assert_eq!(installed(&bbb), once);
    for file in [
        &format!("{scripts}/post_archive/plenary.rb"),
        &format!("{scripts}/post_publish/plenary.rb"),
        "usr/local/bin/plenary-push",
        "usr/local/lib/plenary-push/plenary-push",
        "usr/local/lib/plenary-push/lib/hook.rb",
        "etc/bigbluebutton/plenary.yml.example",
        "etc/systemd/system/plenary-push.timer",
        "etc/cron.d/plenary-push",
        "etc/logrotate.d/plenary-push",
    ] {
        assert!(once.iter().any(|it| it == file), "{file} is not among {once:#?}");
    }
    let sources = names_of_libraries();
    assert!(sources.len() > 5);
    for name in sources {
        assert!(once.contains(&format!("usr/local/lib/plenary-push/lib/{name}")), "{name}");
    }

    let waiting = bbb.write(&format!("root/var/lib/plenary-push/queue/{ID}.raw"), "{}");
    install(&bbb, &["--uninstall"]);
    install(&bbb, &["--uninstall"]);
    assert_eq!(installed(&bbb).len(), 3, "{:#?}", installed(&bbb));
    for kept in [configuration, others, waiting] {
        assert!(kept.exists(), "{}", kept.display());
    }
}

fn names_of_libraries() -> Vec<String> {
    crate::bbb::names(&hooks().join("lib"))
}

#[test]
fn what_was_installed_delivers() {
    let library = Library::start([]);
    let Some(bbb) = Bbb::new(&library.setting()) else { return };
    install(&bbb, &[]);
    bbb.publish(ID, "presentation");
    let script = "root/usr/local/bigbluebutton/core/scripts/post_publish/plenary.rb";
    let output = Command::new("ruby")
        .arg(bbb.path(script))
        .args(["-m", ID, "-f", "presentation"])
        .env("PLENARY_PUSH", bbb.path("root/usr/local/lib/plenary-push"))
        .env("PLENARY_PUSH_CONFIG", bbb.path("plenary.yml"))
        .output()
        .unwrap();
    assert!(output.status.success());
    assert!(library.ended().body.is_some());
}

#[test]
fn the_example_knows_every_setting_and_states_its_default() {
    let Some(bbb) = Bbb::new("") else { return };
    let example = fs::read_to_string(hooks().join("plenary.yml.example")).unwrap();
    let settings: Vec<_> = example
        .lines()
        .filter_map(|it| it.strip_prefix('#'))
        .filter(|it| it.split_once(": ").is_some_and(|(key, _)| !key.contains(' ')))
        .collect();
    let path = bbb.write("example.yml", settings.join("\n"));
    // Those without a default are examples of a value.
    let compare = "defaults = PlenaryPush::Config::DEFAULTS
        told = YAML.safe_load(File.read(ARGV[0]))
        abort told.keys.inspect unless told.keys.sort == defaults.keys.sort
        wrong = defaults.select { |key, value| !value.nil? && told[key] != value }
        abort wrong.inspect unless wrong.empty?";
    let output = Command::new("ruby")
        .args(["-ryaml", "-r"])
        .arg(hooks().join("lib/config"))
        .args(["-e", compare])
        .arg(path)
        .output()
        .unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
}
