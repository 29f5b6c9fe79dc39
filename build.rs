//! Makes the parser from `grammar/journey.lalrpop`.

fn main() -> Result<(), Box<dyn std::error::Error>> {
    lalrpop::Configuration::new().emit_rerun_directives(true).set_in_dir("grammar").process()
}
