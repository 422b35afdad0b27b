//! Protocol drivers that do what well-known samples do wrong, each beside a twin that does it right.
//!
//! | | defect | seen by |
//! |---|---|---|
//! | 1 | [`lost_reference`]: a way out of the receive handler that keeps the reference it took | what is left behind |
//! | 2 | [`first_buffer`]: only the first net buffer and the first MDL are looked at | frames that are missing |
//! | 3 | [`late_headers`]: split headers are read after the indication | bytes that are wrong |
//! | 4 | [`unlocked_check`]: a list is kept for a reader that is gone by then | a list that does not come back |
//! | 5 | [`silent_loss`]: cut and dropped frames are not counted | counters that do not add up |
//! | 6 | [`out_of_order`]: the lock is released between dequeuing and copying | frames in another order |
//! | 7 | [`refused_event`]: an event that the driver does not know is refused | a broken rule |
//! | 8 | [`exact_size`]: a structure that is longer than the driver knows is ignored | a change of link that is missed |
//! | 9 | [`open_device`]: a device without a security descriptor | the description of the device |
//! | 11 | [`whole_mdls`]: offset and length of a frame are ignored | bytes that are wrong |
//! | 12 | [`lost_request`]: a request is dequeued, and not completed when something fails | a request that stays |
//!
//! The tenth is in an INF file, which no kernel sees.

mod chain;
mod exact_size;
mod first_buffer;
mod late_headers;
mod lost_reference;
mod lost_request;
mod open_device;
mod out_of_order;
mod refused_event;
mod sample;
mod silent_loss;
mod unlocked_check;
mod whole_mdls;
