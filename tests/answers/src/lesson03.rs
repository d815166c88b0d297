//! Answers to lesson 3.

answers! {
    lesson03_listen (open_listener)
    right {
        chained in_a_thread listens_again on_a_clone spelled_out with_context
    }
    wrong {
        accept_gives_up accepts_too always_ipv4 always_loopback another_port_when_taken backlog_0 backlog_1
        backlog_128 backlog_1_is_2 backlog_5 backlog_at_least_1 backlog_in_a_byte backlog_minus_1
        backlog_of_1000_at_most backlog_of_128_at_most backlog_of_ipv6 backlog_plus_1 bind_error_swallowed
        certain_ports_are_in_use connects_to_itself datagrams error_of_ipv6_renamed error_renamed
        every_error_is_in_use every_interface fixed_port ipv6_anywhere ipv6_does_not_listen keeps_a_clone
        keeps_a_failed_socket keeps_the_first leaves_a_thread linger_0 listen_before_bind listen_is_ok_or_not
        listen_thrown_away listens_on_another listens_only_when_bound negative_backlog_is_refused no_bind no_delay
        no_listen nobodys_ipv6_anywhere nonblocking nonblocking_over_ipv6 one_hop only_a_socket sets_reuse
        shared_port small_buffers socket_unwrapped std_listener unwraps v6_only
    }
}
