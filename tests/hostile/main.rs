//! What the other side may do to a native client, and what must happen: the built library through its C ABI, against a provider
//! and strangers who do it.
//!
//! A file, or a folder, for each place that the attack comes from; memory, threads and time are measured in the library's own process, in
//! which nothing else happens. What needs a keyring or a kill is in the suite `session`, what no host can see from outside is beside
//! the code (`unit`), and what the OpenID Foundation has a test for is a row of docs/conformance.md. This is the whole list; a test
//! below sees to it that each test named here is there.
//!
//! | where | what | tests |
//! |---|---|---|
//! | loopback | favicon, HEAD, OPTIONS, other path, wrong method | `hostile::loopback::responses::favicon_head_options_other_path_and_wrong_method_change_nothing` |
//! | loopback | second callback | `hostile::loopback::responses::a_second_callback_changes_nothing` `unit::login::callback::tests::protocol::of_many_matching_responses_at_once_one_counts` `unit::login::callback::tests::protocol::a_second_answer_that_was_read_before_the_sockets_closed_is_refused` |
//! | loopback | prefetch; cross-site fetch and POST | `hostile::loopback::responses::prefetch_cross_site_fetch_and_post_are_refused` `unit::login::callback::tests::protocol::a_prefetch_is_403_and_uses_nothing_up` |
//! | loopback | stray errors | `hostile::loopback::responses::a_stray_error_does_not_end_the_login` |
//! | loopback | silent preconnects | `hostile::loopback::floods::silent_preconnects_cost_nothing_and_the_real_callback_gets_through` |
//! | loopback | slow-loris | `hostile::loopback::floods::slow_loris_stays_within_one_mib_and_the_real_callback_gets_through` `unit::login::callback::tests::resources::a_slow_loris_is_cut_off_and_keeps_nobody_out` |
//! | loopback | 10,000 connections | `hostile::loopback::floods::ten_thousand_connections_stay_within_one_mib_and_the_real_callback_gets_through` |
//! | loopback | 256 MiB header, endless headers | `hostile::loopback::floods::a_256_mib_header_stays_within_one_mib_and_the_real_callback_gets_through` `hostile::loopback::floods::endless_headers_stay_within_one_mib_and_the_real_callback_gets_through` |
//! | loopback | endless body | `hostile::loopback::floods::an_endless_body_stays_within_one_mib_and_the_real_callback_gets_through` `hostile::loopback::responses::a_body_is_refused_though_the_rest_is_right` |
//! | loopback | pipelining | `hostile::loopback::floods::pipelining_gets_one_answer_and_the_real_callback_gets_through` |
//! | loopback | `Host` other than the bound literal (DNS rebinding) | `hostile::loopback::responses::a_host_other_than_the_bound_literal_is_refused` |
//! | loopback | port already taken | `hostile::loopback::ports::a_port_already_taken_is_a_clear_error` `hostile::loopback::ports::a_port_already_taken_makes_the_next_one_of_the_list_be_used` |
//! | loopback | port taken between login and login; another user's process on the port | `hostile::loopback::other_user::a_port_taken_between_login_and_login_by_another_users_process_is_a_clear_error_or_the_next_port` `hostile::loopback::other_user::another_users_process_on_the_port_is_refused_while_the_callback_is_waited_for` |
//! | loopback | never a shared bind | `hostile::loopback::ports::a_bind_is_never_shared_while_the_callback_is_waited_for` `hostile::loopback::ports::a_bind_is_never_shared_by_two_clients` `hostile::loopback::ports::only_the_loopback_address_is_bound` |
//! | loopback | `error_description` with HTML, script, bidi and control characters | `hostile::loopback::page::an_error_description_with_html_script_bidi_and_control_characters_is_escaped_and_stripped` |
//! | loopback | `error_description` of 1 MiB | `hostile::loopback::page::an_error_description_of_one_mib_is_cut_or_refused` `hostile::loopback::page::a_long_error_description_is_cut_on_the_page_and_in_the_sentence` |
//! | loopback | static page with `default-src 'none'` | `hostile::loopback::page::the_page_is_static_with_default_src_none_and_holds_no_one_time_value` |
//! | loopback | code or state repeated, empty, percent-encoded oddly, not UTF-8 | `hostile::loopback::responses::code_or_state_repeated_empty_oddly_encoded_or_not_utf8_is_refused` |
//! | browser | authorization endpoint that is `file:` | `hostile::browser::an_authorization_endpoint_that_is_a_file_url_is_refused_before_anything_is_started` |
//! | browser | authorization endpoint that is `javascript:` | `hostile::browser::an_authorization_endpoint_that_is_a_javascript_url_is_refused_before_anything_is_started` |
//! | browser | authorization endpoint that is a UNC path | `hostile::browser::an_authorization_endpoint_that_is_a_unc_path_is_refused_before_anything_is_started` |
//! | browser | authorization endpoint with quotes and shell characters; no shell | `hostile::browser::an_authorization_endpoint_with_quotes_and_shell_characters_is_refused_before_anything_is_started` `hostile::browser::no_shell_sees_quotes_and_shell_characters_of_a_request` |
//! | provider | 3xx from token, userinfo, keys or discovery | `hostile::provider::token_endpoint::a_3xx_from_the_token_endpoint_is_not_followed` `hostile::provider::documents::a_3xx_or_500_from_userinfo_is_not_followed_and_nobody_is_signed_in` `hostile::provider::documents::a_3xx_or_500_from_keys_is_not_followed_and_no_token_is_believed` `hostile::provider::documents::a_3xx_from_discovery_is_not_followed` |
//! | provider | hangs | `hostile::provider::documents::discovery_that_hangs_ends_in_bounded_time` `hostile::provider::faults::keys_that_hang_end_in_bounded_time` `hostile::provider::token_endpoint::a_token_endpoint_that_hangs_ends_in_bounded_time` `hostile::provider::faults::userinfo_that_hangs_ends_in_bounded_time` |
//! | provider | closes mid-body | `hostile::provider::token_endpoint::a_token_endpoint_that_closes_mid_body_is_a_network_error` `hostile::provider::faults::closes_mid_body_is_a_network_error` |
//! | provider | 50 MiB body | `hostile::provider::memory::a_50_mib_body_of_discovery_is_cut_off` `hostile::provider::memory::a_50_mib_body_of_keys_is_cut_off` `hostile::provider::memory::a_50_mib_body_of_the_token_endpoint_is_cut_off` `hostile::provider::memory::a_50_mib_body_of_userinfo_is_cut_off` |
//! | provider | compression bomb | `hostile::provider::memory::a_compression_bomb_of_discovery_is_not_unpacked` `hostile::provider::memory::a_compression_bomb_of_keys_is_not_unpacked` `hostile::provider::memory::a_compression_bomb_of_the_token_endpoint_is_not_unpacked` `hostile::provider::memory::a_compression_bomb_of_userinfo_is_not_unpacked` |
//! | provider | 10,000 keys | `hostile::provider::memory::ten_thousand_keys_are_refused` |
//! | provider | nested JSON | `hostile::provider::memory::nested_json_of_the_token_endpoint_is_refused` `hostile::provider::faults::nested_json_is_a_provider_error` |
//! | provider | wrong content type | `hostile::provider::token_endpoint::a_wrong_content_type_of_the_token_endpoint_is_a_provider_error` `hostile::provider::documents::a_page_instead_of_discovery_is_refused` |
//! | provider | truncated JSON | `hostile::provider::token_endpoint::truncated_json_of_the_token_endpoint_is_a_provider_error` `hostile::provider::faults::truncated_json_is_a_provider_error` |
//! | provider | 429 and 503 with `Retry-After` | `hostile::provider::retries::a_429_with_retry_after_is_asked_again_when_it_says` `hostile::provider::retries::a_503_with_retry_after_is_asked_again_when_it_says` `hostile::provider::retries::a_retry_after_that_nobody_would_wait_ends_the_login_at_once` `hostile::provider::token_endpoint::a_429_and_a_503_of_the_token_endpoint_are_told_with_their_status` |
//! | provider | retried where that is safe, with back-off | `hostile::provider::retries::a_500_without_end_is_asked_three_times_with_growing_pauses` |
//! | provider | http issuer off loopback | `hostile::provider::faults::an_http_issuer_off_loopback_is_refused` |
//! | provider | discovery for another issuer | `hostile::provider::documents::discovery_for_another_issuer_is_refused_with_both_names` |
//! | provider | endpoints on http | `hostile::provider::documents::endpoints_on_http_are_refused_by_name` |
//! | token | alg none | `conformance::oidcc-client-test-idtoken-sig-none` |
//! | token | key confusion | `conformance::oidcc-client-test-invalid-sig-hs256` `unit::id_token::tests::hostile::key_confusion` |
//! | token | `jwk`, `jku`, `x5u`, `x5c` in the header | `hostile::token::jwk_in_the_header` `hostile::token::jku_in_the_header` `hostile::token::x5u_in_the_header` `hostile::token::x5c_in_the_header` |
//! | token | kid with path or SQL | `hostile::token::kid_with_a_path` `hostile::token::kid_with_sql` |
//! | token | duplicate kids | `hostile::token::duplicate_kids` |
//! | token | RSA under 2048 bits | `hostile::token::rsa_under_2048_bits` |
//! | token | `crit` | `hostile::token::crit` |
//! | token | huge numbers in `exp` | `hostile::token::huge_numbers_in_exp` |
//! | token | JWE | `hostile::token::jwe` |
//! | refresh | 400 invalid_grant | `hostile::refresh::after_400_invalid_grant_the_session_is_expired` |
//! | refresh | 500 | `hostile::refresh::a_500_or_another_fault_that_is_not_the_grants_keeps_the_session` |
//! | refresh | network gone | `hostile::refresh::with_the_network_gone_the_player_stays_signed_in_and_offline` |
//! | refresh | replay detected | `hostile::refresh::a_replay_detected_after_a_lost_answer_ends_the_session` |
//! | refresh | killed between response and store | `session::killed::after_a_kill_at_any_point_the_next_start_resumes_or_asks_for_a_sign_in_cleanly` |
//! | refresh | two processes at once | `session::sharing::eight_processes_that_ask_for_a_new_token_at_once_cause_one_request_a_round` |
//! | refresh | two hundred threads at once | `session::sharing::two_hundred_threads_that_ask_for_a_new_token_at_once_cause_one_request` |
//! | store | locked | `session::trouble::with_a_locked_keyring_the_session_is_kept_in_memory` |
//! | store | denied | `session::trouble::where_the_bus_denies_the_session_is_kept_in_memory` |
//! | store | absent | `session::trouble::without_a_secret_service_the_session_is_kept_in_memory` |
//! | store | full | `session::trouble::with_a_full_disk_a_sign_in_is_not_kept_and_says_so` |
//! | store | value altered | `session::trouble::an_entry_with_one_changed_byte_is_refused_wherever_it_is` `session::host_store::an_entry_with_any_bit_turned_is_refused` |
//! | store | another program's entry | `session::trouble::the_entry_of_another_slot_is_refused` |
//! | host | NULL everywhere | `hostile::host::arguments::null_everywhere_is_an_invalid_argument_but_where_the_header_says_otherwise` |
//! | host | wrong `struct_size` | `hostile::host::arguments::a_wrong_struct_size_is_refused_with_the_initialisers_name` |
//! | host | freed twice | `hostile::host::handles::freed_twice_a_client_harms_nobody_else` |
//! | host | used after destroy | `hostile::host::handles::used_after_destroy_a_client_is_recognised_by_every_call` |
//! | host | any order; any thread | `hostile::host::handles::shutdowns_on_many_threads_at_once_all_return` `hostile::host::handles::a_client_may_be_destroyed_under_calls_of_other_threads` |
//! | host | creates a client as another is destroyed | `hostile::host::handles::a_new_client_shows_nothing_of_those_that_are_destroyed_in_that_moment` |
//! | host | creates a client as the library is shut down | `unit::ffi::handles::tests::a_client_made_beside_a_shutdown_is_ended_by_it_or_attended` `hostile::host::handles::clients_are_made_while_others_shut_the_library_down` |
//! | host | before create | `hostile::host::handles::before_create_any_call_may_come` |
//! | host | after shutdown | `hostile::host::handles::after_a_shutdown_old_handles_are_unknown_what_was_handed_out_is_readable_and_new_clients_work` |
//! | host | in a forked child | `hostile::host::forked::in_a_forked_child_every_call_is_refused_and_the_parent_goes_on` |
//! | host | `poll_status` from 64 threads while clients come and go | `hostile::host::handles::poll_status_from_64_threads_while_clients_come_and_go` |
//! | machine | clock hours off | `hostile::machine::a_clock_hours_off_turns_no_player_away_and_is_named_in_the_log` |
//! | machine | suspend and resume | `unit::clock::tests::a_sliced_sleep_counts_the_machines_sleep` `unit::clock::tests::linux::the_timer_counts_the_machines_sleep_and_is_closed_afterwards` |
//! | machine | network changes | `hostile::machine::a_network_that_changes_while_the_player_types_costs_nothing` `session::outage::faults_that_pass_are_offline_and_back` |
//! | machine | process killed anywhere | `session::killed::after_a_kill_at_any_point_the_next_start_resumes_or_asks_for_a_sign_in_cleanly` |
//! | machine | time zone changes | `hostile::machine::time_zone_changes_move_no_deadline_and_no_tokens_age` |
//! | logs | every level, every failure | `hostile::logs::every_level_holds_no_secret_at_every_failure_of_the_provider` `hostile::logs::every_level_holds_no_secret_when_all_goes_well` `hostile::logs::every_level_holds_no_secret_on_another_screen_whatever_the_provider_does_wrong` `session::quiet::no_secret_is_in_the_log_over_a_whole_session` |

mod list;
use support::stage;

#[cfg(target_os = "linux")]
mod browser;
mod host;
mod logs;
mod loopback;
mod machine;
mod provider;
mod refresh;
mod token;
