//! Answers to lesson 7.

answers! {
    lesson07_reuse_address (restartable_listener)
    right {
        a_bare_socket a_clone_that_is_dropped cfg_attribute in_a_thread option_by_match std_listener
    }
    wrong {
        accept_gives_up another_port_when_taken another_protocol any_address_when_it_has_none backlog_0 bind_forgotten
        error_hidden every_error_is_in_use hop_limit_of_ipv6 ipv4_inside_is_ipv4 ipv4_only ipv6_shares_the_port
        keepalive keeps_a_clone keeps_a_failed_socket keeps_all_listeners_in_a_list leaves_a_thread linger_0
        listen_forgotten listen_thrown_away listens_before_bind loopback_is_127_0_0_1 no_delay no_socket_is_in_use
        nonblocking nonblocking_over_ipv6 option_after_bind option_after_listen option_for_ipv4_only option_never_set
        option_only_when_taken port_ignored reuse_port_instead reuse_port_too sits_out_the_minute tries_by_connect
        unwraps unwraps_the_socket waits_although_it_has_the_option waits_for_the_port
    }
}
