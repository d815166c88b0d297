//! Answers to lesson 2.

answers! {
    lesson02_bind (bind_first_free)
    right {
        recursive_with_if_let with_find_and_local_address
    }
    wrong {
        another_kind_for_none_free asks_before_it_binds binds_a_new_socket binds_again_after_success
        every_error_is_addr_in_use falls_back_to_any_port indexes_an_empty_list keeps_an_error_until_the_end
        listens_too names_only_one_fatal_error never_binds never_stops panics_without_candidates probes_with_connect
        retries_the_same_one returns_a_name_after_no_bind returns_the_candidate returns_the_last_error
        swallows_every_error tries_only_the_first tries_them_in_reverse
    }
}
