//! Answers to lesson 11.

answers! {
    lesson11_deadlines (receive_within, connect_within)
    right { as_a_reader busy_loop in_slices through_a_clone waits_in_a_thread }
    wrong {
        connect_all_is_timed_out connect_another_socket connect_in_progress_handed_on connect_ipv4_only
        connect_left_nonblocking connect_no_delay connect_no_limit connect_nonblocking_by_hand
        connect_only_begun connect_recvs_timeout connect_refused_only connect_says_hello
        connect_sends_timeout connect_sends_timeout_left connect_socket_left connect_thread_left
        connect_tries_again connect_twice connect_unwraps connect_would_block receive_a_point_in_time
        receive_blocking_afterwards receive_by_read_exact receive_deadline_begins_anew
        receive_end_is_timed_out receive_gives_more receive_interrupted_handed_on
        receive_interrupted_is_timed_out receive_mode_not_looked_at receive_no_least_limit
        receive_no_limit receive_no_timeout_afterwards receive_nonblocking_afterwards
        receive_nothing_asked_is_waited_for receive_one_recv receive_overwrites receive_part_at_the_end
        receive_part_returned receive_read_exact_and_the_word receive_set_back_on_success_only
        receive_short_is_timed_out receive_std_refuses_nothing receive_takes_more
        receive_the_streams_own_timeout receive_thread_left receive_timeout_for_each_call
        receive_timeout_left receive_timeout_of_nothing receive_would_block
    }
}
