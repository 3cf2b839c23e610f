use std::fs;
fn main() {
    let mut args = std::env::args().skip(1);
    let preset = args.next().unwrap();
    let out = args.next().unwrap();
    let mut spec = composer_core::presets::find(&preset).unwrap().spec();
    for a in args {
        composer_core::read::set(&mut spec, &a).unwrap();
    }
    let checked = composer_core::check(&spec);
    for p in &checked.problems.0 {
        eprintln!("{} {}: {}", p.severity, p.at, p.message);
    }
    let tree = composer_core::compose(&checked.blueprint.unwrap());
    for (path, file) in tree.files() {
        let p = std::path::Path::new(&out).join(path);
        fs::create_dir_all(p.parent().unwrap()).unwrap();
        fs::write(p, file.text.as_bytes()).unwrap();
    }
}
