//! Answers to lesson 7.

answers! {
    lesson07_reuse_address (restartable_listener)
    right {
        cfg_attribute option_by_match std_listener
    }
    wrong {
        another_port_when_taken backlog_0 bind_forgotten error_hidden ipv4_only linger_0 listen_forgotten
        nonblocking option_after_bind option_after_listen option_never_set option_only_when_taken port_ignored
        reuse_port_instead reuse_port_too sits_out_the_minute unwraps waits_although_it_has_the_option
        waits_for_the_port
    }
}
