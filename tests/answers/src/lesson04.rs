//! Answers to lesson 4.

answers! {
    lesson04_accept (accept_clients, connect_to)
    right {
        asks_the_stream iterator
    }
    wrong {
        accepts_for_ever addresses_swapped always_ipv4 an_error_of_its_own another_socket asks_too_late
        client_binds does_not_wait hangs_up local_address never_connects newest_first one_too_many only_one
        renames_the_error_of_accept returns_the_listener stops_at_an_error swallows_the_error
        takes_all_and_drops tries_again_for_ever tries_first
    }
}
