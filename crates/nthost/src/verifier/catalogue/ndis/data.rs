//! Rules of NET_BUFFER_LISTs and their pools.

use crate::verifier::check::checks;

checks! {
    /// A pool is made with right parameters, and freed when it is empty, once.
    POOL = 373, "ndis-pool", HOSTED,
        "ddi/nblapi/nf-nblapi-ndisallocatenetbufferlistpool";
    /// A list is allocated from a pool that is there, in a way that the pool is for, and freed once, by
    /// the function that belongs to the one that allocated it.
    LIST = 374, "ndis-list", HOSTED,
        "ddi/nblapi/nf-nblapi-ndisfreenetbufferlist";
    /// The same of net buffers.
    BUFFER = 375, "ndis-buffer", HOSTED,
        "ddi/nblapi/nf-nblapi-ndisfreenetbuffer";
    /// Nothing is written behind a list, buffer or context.
    OVERRUN = 376, "ndis-overrun", HOSTED,
        "network/net-buffer-architecture";
    /// Context space is taken in multiples of the alignment, and given back in the opposite order.
    CONTEXT = 377, "ndis-list-context", HOSTED,
        "ddi/nblapi/nf-nblapi-ndisfreenetbufferlistcontext";
    /// What a function is told of the data of a net buffer fits to it.
    DATA = 378, "ndis-buffer-data", HOSTED,
        "network/net-buffer-data-structures";
    /// An MDL is freed by the function that belongs to the one that allocated it.
    MDL = 379, "ndis-mdl", HOSTED,
        "ddi/mdlapi/nf-mdlapi-ndisfreemdl";
}
