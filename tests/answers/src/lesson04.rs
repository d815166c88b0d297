//! Answers to lesson 4.

answers! {
    lesson04_accept (accept_clients, connect_to)
    right {
        asks_the_stream iterator
    }
    wrong {
        accepts_for_ever addresses_swapped an_error_of_its_own another_socket asks_too_late does_not_wait
        hangs_up local_address never_connects newest_first one_too_many only_one swallows_the_error
        takes_all_and_drops tries_first
    }
}
