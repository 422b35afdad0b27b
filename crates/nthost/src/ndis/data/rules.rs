//! The rules for lists and buffers from pools.

use crate::ndis::rules::rules;

rules! {
    /// A pool is made with right parameters, and freed when it is empty, once.
    POOL = "ndis-pool", "ddi/nblapi/nf-nblapi-ndisallocatenetbufferlistpool";
    /// A list is allocated from a pool that is there, in a way that the pool is for, and freed once, by
    /// the function that belongs to the one that allocated it.
    LIST = "ndis-list", "ddi/nblapi/nf-nblapi-ndisfreenetbufferlist";
    /// The same of net buffers.
    BUFFER = "ndis-buffer", "ddi/nblapi/nf-nblapi-ndisfreenetbuffer";
    /// Nothing is written behind a list, buffer or context.
    OVERRUN = "ndis-overrun", "network/net-buffer-architecture";
    /// Context space is taken in multiples of the alignment, and given back in the opposite order.
    CONTEXT = "ndis-list-context", "ddi/nblapi/nf-nblapi-ndisfreenetbufferlistcontext";
    /// What a function is told of the data of a net buffer fits to it.
    DATA = "ndis-buffer-data", "network/net-buffer-data-structures";
    /// An MDL is freed by the function that belongs to the one that allocated it.
    MDL = "ndis-mdl", "ddi/mdlapi/nf-mdlapi-ndisfreemdl";
}
