//! Answers to lesson 3.

answers! {
    lesson03_listen (open_listener)
    right {
        chained listens_again spelled_out
    }
    wrong {
        listen_is_ok_or_not listen_thrown_away
        accepts_too always_ipv4 always_loopback another_port_when_taken backlog_0 backlog_1 backlog_128 backlog_5
        backlog_at_least_1 backlog_minus_1 backlog_plus_1 bind_error_swallowed datagrams error_renamed
        every_interface fixed_port listen_before_bind listens_on_another listens_only_when_bound no_bind no_listen
        nonblocking only_a_socket shared_port std_listener unwraps
    }
}
