//! The C++ layer over a whole session: what a signed-in client hands out, moved, freed once and read after the client.

use practice_provider::{Options, Player, PracticeProvider};
use serde_json::json;

use crate::memcheck::valgrind;
use crate::toolchain::{Build, source};
use crate::{STRICT, WARNINGS, cases};
use support::running::Running;

cases! { signed_in:
    signed_in_cpp_with_gcc_as_cpp11("g++", "c++11", false);
    signed_in_cpp_with_gcc_as_cpp14("g++", "c++14", false);
    signed_in_cpp_with_gcc_as_cpp17("g++", "c++17", false);
    signed_in_cpp_with_gcc_as_cpp20("g++", "c++20", false);
    signed_in_cpp_with_clang_as_cpp11("clang++", "c++11", false);
    signed_in_cpp_with_clang_as_cpp14("clang++", "c++14", false);
    signed_in_cpp_with_clang_as_cpp17("clang++", "c++17", false);
    signed_in_cpp_with_clang_as_cpp20("clang++", "c++20", false);
    signed_in_cpp_under_valgrind("g++", "c++17", true);
}

fn signed_in(compiler: &str, standard: &str, watched: bool) {
    let build = Build::new(compiler, standard, source("tests/c/signed_in.cpp")).flags(WARNINGS).flags(STRICT);
    let program = build.flags(&["-g"]).program();
    let claims = json!({"roles": ["captain", "beta"], "permissions": ["chat"], "tenants": ["guild-7"], "level": 12});
    let options = Options {
        extra_claims: claims.as_object().expect("an object").clone(),
        device_interval_s: 1,
        ..Options::default()
    };
    let provider = PracticeProvider::start(options).expect("the practice provider starts");
    let mut command = program.command();
    command.arg(provider.issuer());
    let mut running = Running::start(&mut if watched { valgrind(&command) } else { command });
    let url = running.wait_for_line("open: ");
    Player::new().sign_in(&url, "Ada Lovelace").expect("the player gets through");
    let finished = running.finish();
    finished.expect_code(0).expect_on_stdout(" checks, 0 failed\n");
    assert_eq!(provider.live_refresh_tokens(), 0, "signed out at the provider too: {finished}");
}
