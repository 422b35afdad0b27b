//! Rules of NET_BUFFER_LISTs and their pools.

use crate::verifier::check::checks;

checks! {
    /// A pool is made with right parameters, and freed when it is empty, once.
    POOL = 147, "ndis-pool", HOSTED,
        "ddi/nblapi/nf-nblapi-ndisallocatenetbufferlistpool";
    /// A list is allocated from a pool that is there, in a way that the pool is for, and freed once, by
    /// the function that belongs to the one that allocated it.
    LIST = 147, "ndis-list", HOSTED,
        "ddi/nblapi/nf-nblapi-ndisfreenetbufferlist";
    /// The same of net buffers.
    BUFFER = 148, "ndis-buffer", HOSTED,
        "ddi/nblapi/nf-nblapi-ndisfreenetbuffer";
    /// Nothing is written behind a list, buffer or context.
    OVERRUN = 334, "ndis-overrun", HOSTED,
        "network/net-buffer-architecture";
    /// Context space is taken in multiples of the alignment, and given back in the opposite order.
    CONTEXT = 335, "ndis-list-context", HOSTED,
        "ddi/nblapi/nf-nblapi-ndisfreenetbufferlistcontext";
    /// What a function is told of the data of a net buffer fits to it.
    DATA = 336, "ndis-buffer-data", HOSTED,
        "network/net-buffer-data-structures";
    /// A driver frees its pools before it is unloaded.
    POOL_LEFT = 147, "ndis-pool-left", windows(0xC4, 0x62),
        "ddi/nblapi/nf-nblapi-ndisfreenetbufferlistpool";
    /// A driver frees its lists, net buffers and contexts before it is unloaded.
    LIST_LEFT = 147, "ndis-list-left", HOSTED,
        "ddi/nblapi/nf-nblapi-ndisfreenetbufferlist";
}
