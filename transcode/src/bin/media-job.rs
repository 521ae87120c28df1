//! The child process on its own, for this crate's tests. The program has it as `plenary media-job`.

fn main() -> std::process::ExitCode {
    transcode::child_main()
}
