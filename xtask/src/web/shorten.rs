//! Gives short names to what a program and its glue call each other.
//!
//! wasm-bindgen puts sixteen digits of a hash into each name. Twice 190 names that no compression makes shorter are
//! 4 KB of the widget.

use anyhow::{Context, Result, ensure};
use std::collections::{BTreeMap, BTreeSet};
use walrus::Module;

/// Names of at most this many characters stay: they may be words of the language or of others.
const SHORT_CHARS: usize = 8;

/// Renames imports and exports of the program, drops exports that neither the glue uses nor the program's `later`
/// part, and answers the glue with the new names. The glue gives that part the first one's exports, as they are.
pub(super) fn names(module: &mut Module, glue: &str, later: Option<&mut Module>) -> Result<String> {
    let mut later: Vec<_> = later.into_iter().flat_map(|it| it.imports.iter_mut()).collect();
    let wanted = later.iter().map(|it| it.name.clone()).collect::<Vec<_>>();
    let wanted = wanted.iter().map(String::as_str);
    let mut short = BTreeMap::new();
    for word in
        words(glue).filter(|it| is_name(it)).chain(wanted).filter(|it| it.len() > SHORT_CHARS)
    {
        let next = short.len();
        short.entry(word.to_owned()).or_insert_with(|| name(next));
    }
    let mut meant = BTreeMap::new();
    let mut glue = glue.to_owned();
    let from: BTreeSet<_> = module.imports.iter().map(|it| format!("{:?}", it.module)).collect();
    let mut modules = BTreeMap::new();
    // The last is wasm-bindgen's own, which most imports come from.
    for (number, module) in from.into_iter().rev().enumerate() {
        ensure!(glue.contains(&module), "the glue does not name the module {module}");
        let new = MODULE.repeat(number + 1);
        glue = glue.replace(&module, &format!("{new:?}"));
        modules.insert(module, new);
    }
    for import in module.imports.iter_mut() {
        import.module.clone_from(&modules[&format!("{:?}", import.module)]);
        let new = short.get(&import.name);
        let new = new.with_context(|| format!("the glue does not offer {}", import.name))?;
        meant.insert(std::mem::replace(&mut import.name, new.clone()), new.clone());
    }
    let mut unused = Vec::new();
    for export in module.exports.iter_mut() {
        if let Some(new) = short.get(&export.name) {
            meant.insert(std::mem::replace(&mut export.name, new.clone()), new.clone());
        } else if !words(&glue).any(|it| it == export.name) {
            unused.push(export.id());
        }
    }
    for export in unused {
        module.exports.delete(export);
    }
    for import in &mut later {
        MODULE.clone_into(&mut import.module);
        if let Some(new) = meant.get(&import.name) {
            import.name.clone_from(new);
        }
    }
    Ok(words(&glue).map(|it| meant.get(it).map_or(it, String::as_str)).collect())
}

/// The module that imports come from; a second one is this twice.
const MODULE: &str = "$";

/// No name of wasm-bindgen's begins with this sign.
fn name(number: usize) -> String {
    format!("${number:x}")
}

/// Names, and what stands between them: together the whole text.
fn words(text: &str) -> impl Iterator<Item = &str> {
    text.split_inclusive(|it| !is_letter(it)).flat_map(|part| {
        let end = part.trim_end_matches(|it| !is_letter(it)).len();
        [&part[..end], &part[end..]]
    })
}

fn is_letter(letter: char) -> bool {
    letter.is_ascii_alphanumeric() || matches!(letter, '_' | '$')
}

fn is_name(word: &str) -> bool {
    word.chars().all(is_letter)
}

#[cfg(test)]
mod tests {
    use super::{names, words};
    use walrus::{FunctionBuilder, Module, ValType};

    /// A program with two imports and three exports.
    fn module() -> Module {
        let mut module = Module::default();
        let kind = module.types.add(&[], &[ValType::I32]);
        let (given, _) = module.add_import_func("./chat_bg.js", "__wbg_now_0123456789abcdef", kind);
        module.add_import_func("./chat_bg.js", "__wbg_body_0123456789abcdef", kind);
        let mut own = FunctionBuilder::new(&mut module.types, &[], &[ValType::I32]);
        own.func_body().call(given);
        let own = own.finish(Vec::new(), &mut module.funcs);
        for name in ["__wbindgen_start", "alone", "nobody_asks_for_it"] {
            module.exports.add(name, own);
        }
        module
    }

    #[test]
    fn a_text_is_its_words() {
        let text = "const é = {__wbg_a: wasm.b$c(1)};\n";
        assert_eq!(words(text).collect::<String>(), text);
        assert!(words(text).any(|it| it == "b$c"));
    }

    #[test]
    fn both_sides_get_the_same_short_names_and_what_nobody_uses_goes() {
        let mut module = module();
        let glue = "function get_imports() { return { \"./chat_bg.js\": {\n\
            __wbg_now_0123456789abcdef: () => 1, __wbg_body_0123456789abcdef: () => 2 } } }\nwasm.__wbindgen_start(); wasm.alone();";
        let out = names(&mut module, glue, None).unwrap();
        let imports: Vec<_> = module.imports.iter().map(|it| it.name.clone()).collect();
        assert!(module.imports.iter().all(|it| it.module == "$"));
        let offers = format!("\"$\": {{\n{}: () => 1, {}: () => 2", imports[0], imports[1]);
        assert!(out.contains(&offers), "{out}");
        assert!(!out.contains("0123456789abcdef"));
        let exports: Vec<_> = module.exports.iter().map(|it| it.name.clone()).collect();
        assert_eq!(exports.len(), 2);
        assert!(exports.contains(&"alone".to_owned()), "a short name stays");
        for export in exports {
            assert!(out.contains(&format!("wasm.{export}()")));
        }
    }

    #[test]
    fn a_later_part_asks_for_what_the_first_offers_by_its_new_name() {
        let (mut first, mut later) = (module(), Module::default());
        let kind = later.types.add(&[], &[ValType::I32]);
        later.add_import_func("__wasm_split", "nobody_asks_for_it", kind);
        let glue = "{ \"./chat_bg.js\": { __wbg_now_0123456789abcdef: 1, __wbg_body_0123456789abcdef: 2 } }";
        names(&mut first, glue, Some(&mut later)).unwrap();
        let [asked] = &later.imports.iter().collect::<Vec<_>>()[..] else { panic!("one import") };
        let exports: Vec<_> = first.exports.iter().map(|it| &it.name).collect();
        assert_eq!((asked.module.as_str(), exports), ("$", vec![&asked.name]));
        assert_ne!(asked.name, "nobody_asks_for_it");
    }

    #[test]
    fn a_second_module_keeps_apart_from_the_first() {
        let mut module = module();
        let kind = module.types.add(&[], &[ValType::I32]);
        module.add_import_func("./bring.js", "bring_what_is_missing", kind);
        let glue = "import * as import1 from \"./bring.js\";\n{ \"./bring.js\": { bring_what_is_missing: 1 }, \
            \"./chat_bg.js\": { __wbg_now_0123456789abcdef: 1, __wbg_body_0123456789abcdef: 2 } }";
        let out = names(&mut module, glue, None).unwrap();
        let modules: Vec<_> = module.imports.iter().map(|it| it.module.as_str()).collect();
        assert_eq!(modules, ["$", "$", "$$"]);
        assert!(out.contains("{ \"$$\": {") && out.contains(", \"$\": {"), "{out}");
    }

    #[test]
    fn a_glue_that_lacks_an_import_is_refused() {
        let said = names(&mut module(), "\"./chat_bg.js\"", None).unwrap_err().to_string();
        assert!(said.contains("__wbg_now_0123456789abcdef"), "{said}");
    }
}
