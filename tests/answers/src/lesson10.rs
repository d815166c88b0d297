//! Answers to lesson 10.

answers! {
    lesson10_framing (read_frame, next_line)
    right {
        by_bytes through_take
    }
    wrong {
        frame_little_endian frame_reads_the_length_once
    }
}
