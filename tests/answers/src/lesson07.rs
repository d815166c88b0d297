//! Answers to lesson 7.

answers! {
    lesson07_reuse_address (restartable_listener)
    right {
        // X-BEGIN
        x_cloexec
        // X-END
        a_clone_that_is_dropped cfg_attribute in_a_thread option_by_match std_listener
    }
    wrong {
        // X-BEGIN
        x_v6only x_hops x_ttl x_tclass x_recv_tclass x_freebind6 x_emfile_panics x_emfile_in_use x_emfile_waits x_maps x_127001 x_probes x_thin x_rcvbuf x_mss x_nodelay6 x_in_use_after_retry x_unlikely_address x_ipv6_errors_hidden x_v6_nowhere_any
        // X-END
        accept_gives_up another_port_when_taken any_address_when_it_has_none backlog_0 bind_forgotten error_hidden
        every_error_is_in_use ipv4_only ipv6_shares_the_port keepalive keeps_a_clone keeps_a_failed_socket
        keeps_all_listeners_in_a_list leaves_a_thread linger_0 listen_forgotten listen_thrown_away
        listens_before_bind no_delay nonblocking nonblocking_over_ipv6 option_after_bind option_after_listen
        option_for_ipv4_only option_never_set option_only_when_taken port_ignored reuse_port_instead reuse_port_too
        sits_out_the_minute unwraps waits_although_it_has_the_option waits_for_the_port
    }
}
