//! Answers to lesson 1.

answers! {
    lesson01_create (socket_for)
    right {
        a_clone_of_one_that_is_dropped family_from_the_sock_addr in_a_thread match_on_the_address
        nonblocking_at_first set_options_and_raw_call with_context
    }
    wrong {
        always_ipv4 always_ipv6 an_error_of_its_own any_ipv6_address_is_ipv4 bound_to_a_free_port
        bound_to_the_address bound_to_the_address_if_possible cached congestion_control connected connected_by_std
        datagram datagram_with_tcp error_of_ipv6_renamed families_swapped family_from_the_text ipv6_left_for_later
        ipv6_only ipv6_refused keepalive keeps_a_clone_of_ipv6 leaves_a_thread linger_0 listener_by_std listening
        loopback_only makes_two mapped_as_ipv4 may_broadcast multicast_is_for_datagrams never_returns nonblocking
        nonblocking_ipv6 one_hop read_timeout refuses_port_0 small_buffer tries_until_it_can unix_family unwraps
        write_timeout
    }
}
