//! How the declarations of this module are written.

/// Declares callback types: the function that a driver writes, and the nullable pointer to it that
/// structs hold.
macro_rules! callbacks {
    ($(
        $(#[$doc:meta])*
        $name:ident, $pointer:ident = fn($($arg:ident: $ty:ty),* $(,)?) $(-> $ret:ty)?;
    )*) => {$(
        $(#[$doc])*
        pub type $name = unsafe extern "efiapi" fn($($arg: $ty),*) $(-> $ret)?;

        #[doc = concat!("Pointer to a [`", stringify!($name), "`]; `None` is NULL.")]
        pub type $pointer = Option<$name>;
    )*};
}

/// Declares types that are only handled by pointer.
macro_rules! opaque {
    ($( $(#[$doc:meta])* $name:ident; )*) => {$(
        $(#[$doc])*
        #[repr(C)]
        #[derive(Debug)]
        pub struct $name {
            _contents: [u8; 0],
            _not_send_sync_unpin: core::marker::PhantomData<(*mut u8, core::marker::PhantomPinned)>,
        }
    )*};
}

/// Implements `Default` as all bytes zero, for types that hold a union or a long array.
macro_rules! default_is_zero {
    ($($name:ident),* $(,)?) => {$(
        impl Default for $name {
            fn default() -> Self {
                // SAFETY: the type is made of integers, raw pointers and nullable function
                // pointers; zero bytes are a value of each of them.
                unsafe { core::mem::zeroed() }
            }
        }
    )*};
}
