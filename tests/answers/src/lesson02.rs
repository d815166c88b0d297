//! Answers to lesson 2.

answers! {
    lesson02_bind (bind_first_free)
    right {
        in_a_thread on_a_clone recursive_with_if_let with_context with_find_and_local_address
    }
    wrong {
        another_kind_for_none_free asks_before_it_binds binds_a_new_socket binds_again_after_success
        both_families_on_one_socket every_error_is_addr_in_use every_interface_is_loopback falls_back_to_any_port
        hop_limit indexes_an_empty_list inherited_by_programs keeps_a_clone keeps_a_clone_after_an_error
        keeps_an_error_until_the_end knows_two_errors leaves_a_thread leaves_it_blocking leaves_it_nonblocking
        linger_0_after_an_error listens_too names_only_one_fatal_error never_binds never_stops
        nobodys_ipv6_address_leads_on only_ipv4 other_errors_count_at_first_only panics_without_candidates
        port_0_first probes_with_connect retries_the_same_one returns_a_name_after_no_bind returns_the_candidate
        returns_the_last_error sets_reuse swallows_every_error takes_the_timeout_away tries_a_hundred
        tries_only_the_first tries_them_in_reverse tries_three two_may_be_taken
    }
}
