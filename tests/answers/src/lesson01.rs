//! Answers to lesson 1.

answers! {
    lesson01_create (socket_for)
    right {
        family_from_the_sock_addr match_on_the_address set_options_and_raw_call
    }
    wrong {
        always_ipv4 always_ipv6 bound_to_a_free_port bound_to_the_address bound_to_the_address_if_possible
        connected connected_by_std datagram datagram_with_tcp families_swapped ipv6_left_for_later
        ipv6_refused listener_by_std listening never_returns nonblocking unix_family
    }
}
