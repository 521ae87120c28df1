use super::print;
use crate::{cli::UserAction, config::Config, library::Library};
use anyhow::{Context as _, bail};
use archive::{Member, MemberId, MemberName, Role};
use std::{
    io::{self, BufRead as _, IsTerminal as _},
    process::ExitCode,
};

pub(super) async fn user(config: &Config, action: UserAction) -> anyhow::Result<ExitCode> {
    let library = Library::open(config).await?;
    match action {
        UserAction::Add { name, role } => add(&library, name, role).await,
        UserAction::Password { name } => {
            let hash = web::password::hash(&ask_password()?)?;
            if !library.catalog.set_password(&name, &hash).await? {
                bail!("there is no account `{name}`");
            }
            print(&format!("the password of `{name}` is changed and their sessions are closed\n"))
        }
        UserAction::List => {
            let members = library.catalog.members().await?;
            let line = |it: &Member| format!("{:10} {}\n", it.role.as_str(), it.name);
            print(&members.iter().map(line).collect::<String>())
        }
    }
}

async fn add(library: &Library, name: MemberName, role: Role) -> anyhow::Result<ExitCode> {
    let hash = web::password::hash(&ask_password()?)?;
    let mut id = [0; 16];
    getrandom::fill(&mut id).context("cannot draw a random number")?;
    let member =
        Member { id: MemberId::from_bytes(id), name, role, created_at: library.clock.now() };
    if !library.catalog.create_member(&member, &hash).await? {
        bail!("there is an account `{}` already", member.name);
    }
    print(&format!("`{}` can sign in as {}\n", member.name, role.as_str()))
}

/// Asks at the terminal; else takes `PLENARY_PASSWORD` or the first line of standard input.
fn ask_password() -> anyhow::Result<String> {
    let password = if let Ok(password) = std::env::var("PLENARY_PASSWORD") {
        password
    } else if io::stdin().is_terminal() {
        let password = rpassword::prompt_password("Password: ").context("cannot ask")?;
        let again = rpassword::prompt_password("Once more: ").context("cannot ask")?;
        if password != again {
            bail!("the two passwords differ");
        }
        password
    } else {
        let mut line = String::new();
        io::stdin().lock().read_line(&mut line).context("cannot read the password")?;
        line.trim_end_matches(['\n', '\r']).to_owned()
    };
    Ok(password)
}
