//! Answers to lesson 4.

answers! {
    lesson04_accept (accept_clients, connect_to)
    right {
        accept_polls
        accept_in_a_thread accept_on_a_clone asks_the_stream bare_accept by_the_standard_library connect_in_a_scope
        connect_in_a_thread connect_with_a_limit_of_time iterator with_context
    }
    wrong {
        accept_cuts_the_count_to_a_byte accept_from_the_third_on
        accept_gives_fewer_after_an_error accept_hop_limit accept_keeps_a_clone
        accept_keeps_the_clients_of_a_failure accept_leaves_a_thread accept_leaves_the_listener_nonblocking
        accept_listens_again accept_makes_the_listener_blocking accept_only_those_who_wait
        accept_out_of_room_is_enough accept_reads_what_came accept_returns_nonblocking_streams
        accept_returns_streams_that_reset accept_says_hello accept_sets_a_timeout accept_sets_no_delay_for_ipv6
        accept_shuts_the_sending_half accept_sorts_its_clients accept_takes_a_hundred accept_takes_ipv4_only
        accept_while_let accepts_for_ever addresses_swapped always_ipv4 an_error_of_its_own another_socket
        asks_too_late client_binds connect_binds_to_ipv4_loopback connect_from_a_port_of_its_own connect_hop_limit
        connect_keeps_a_clone connect_keeps_a_failed_socket connect_keeps_alive_over_ipv6 connect_knows_one_error
        connect_leaves_a_thread connect_listens connect_no_socket_is_refused connect_returns_a_nonblocking_socket
        connect_says_an_urgent_byte connect_says_hello connect_sets_no_delay connect_sets_timeouts
        connect_shuts_the_receiving_half connect_small_buffer connect_unmaps connect_unwraps_the_socket
        does_not_wait hangs_up local_address never_connects newest_first one_too_many only_one
        renames_the_error_of_accept returns_the_listener stops_at_an_error swallows_the_error takes_all_and_drops
        tries_again_for_ever tries_first
    }
}
