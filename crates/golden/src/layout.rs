//! What the compiler made of the declarations under test.

/// One field of a [`Struct`], named by its dotted path in C.
#[derive(Clone, Debug)]
pub struct Field {
    /// Path in C, with the names of nested members and without those of unnamed ones.
    pub path: String,
    /// Bytes from the start of the struct.
    pub offset: usize,
    /// Bytes.
    pub size: usize,
    /// Set for a bit-field; `offset` and `size` then describe its storage unit.
    pub bits: Option<Bits>,
}

/// Position of a bit-field in its storage unit, as the mask of the bits that belong to it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Bits {
    /// Ones where the bit-field is.
    pub mask: u64,
}

/// One struct or union.
#[derive(Clone, Debug)]
pub struct Struct {
    /// Name of the typedef in C.
    pub name: &'static str,
    /// Bytes.
    pub size: usize,
    /// Bytes.
    pub align: usize,
    /// In declaration order.
    pub fields: Vec<Field>,
}

/// The fields that an older version of a struct ends with.
///
/// Structs of versioned interfaces only grow at the end, so that a version is described by its last
/// field (and by the length of that field, where it is an array that grew).
#[derive(Clone, Debug)]
pub struct Version {
    /// Name of the struct.
    pub name: &'static str,
    /// First version of the interface that has this form, in the notation of the table (`6.20`).
    pub since: &'static str,
    /// Bytes up to the end of the last field, without trailing padding.
    pub end: usize,
}

/// One constant.
#[derive(Clone, Debug)]
pub struct Constant {
    /// Name in C.
    pub name: &'static str,
    /// Value, with its sign.
    pub value: i128,
}

/// Size in bytes of the field that a projection reaches; used by [`layouts!`](crate::layouts).
#[must_use]
pub const fn field_size<S, F>(_projection: fn(*const S) -> *const F) -> usize {
    size_of::<F>()
}

/// Size in bytes of an element of the array that a projection reaches; used by
/// [`versions!`](crate::versions).
#[must_use]
pub const fn element_size<S, E, const N: usize>(
    _projection: fn(*const S) -> *const [E; N],
) -> usize {
    size_of::<E>()
}

/// Path of a field as C writes it, from its Rust tokens: without white space and raw identifiers.
#[must_use]
pub fn c_path(path: &str) -> String {
    path.replace(char::is_whitespace, "").replace("r#", "")
}

/// Lists structs of a crate with the fields that are to be compared.
///
/// A field is a dotted path. `c.path => rust.path` maps a C name to a different Rust name, which is
/// needed for members of unnamed structs and unions; `c.path => rust.path & MASK` names a bit-field
/// by the associated constant of the struct that holds its mask.
///
/// ```
/// #[repr(C)]
/// pub struct PAIR {
///     pub First: u8,
///     pub Rest: u32,
/// }
/// impl PAIR {
///     pub const LOW: u32 = 0xf;
/// }
/// let structs = golden::layouts! {
///     PAIR { First, Second => Rest, Low => Rest & LOW }
/// };
/// assert_eq!(structs[0].fields[1].offset, 4);
/// ```
#[macro_export]
macro_rules! layouts {
    ($( $name:ident {
        $( $($c:ident).+ $(=> $($rust:ident).+ $(& $mask:ident)?)? ),* $(,)?
    } )*) => {
        vec![$($crate::Struct {
            name: stringify!($name),
            size: size_of::<$name>(),
            align: align_of::<$name>(),
            fields: vec![$($crate::layouts!(@field $name, [$($c).+], [$($($rust).+ $(& $mask)?)?])),*],
        }),*]
    };
    (@field $name:ident, [$($c:ident).+], []) => {
        $crate::layouts!(@field $name, [$($c).+], [$($c).+])
    };
    (@field $name:ident, [$($c:ident).+], [$($rust:ident).+]) => {
        $crate::layouts!(@make $name, [$($c).+], [$($rust).+], None)
    };
    (@field $name:ident, [$($c:ident).+], [$($rust:ident).+ & $mask:ident]) => {
        $crate::layouts!(@make $name, [$($c).+], [$($rust).+],
            Some($crate::Bits { mask: $name::$mask.into() }))
    };
    (@make $name:ident, [$($c:ident).+], [$($rust:ident).+], $bits:expr) => {
        $crate::Field {
            path: $crate::c_path(stringify!($($c).+)),
            offset: core::mem::offset_of!($name, $($rust).+),
            size: $crate::field_size(|s: *const $name| {
                // SAFETY: `&raw const` computes an address and reads nothing; the closure is never
                // called, only its type is used.
                unsafe { &raw const (*s).$($rust).+ }
            }),
            bits: $bits,
        }
    };
}

/// Lists constants of a crate by name.
///
/// ```
/// pub const ANSWER: u32 = 42;
/// assert_eq!(golden::constants![ANSWER][0].value, 42);
/// ```
#[macro_export]
macro_rules! constants {
    ($($name:ident),* $(,)?) => {
        vec![$($crate::Constant { name: stringify!($name), value: i128::from($name) }),*]
    };
}

/// Lists the older forms of structs that grew.
///
/// `NAME since "6.0" ends field.path;` says that from version 6.0 on the struct ended with that
/// field; `NAME since "6.0" ends field.path [11];` says that it ended with 11 elements of that array.
///
/// ```
/// #[repr(C)]
/// pub struct GREW {
///     pub Old: u32,
///     pub Info: [u64; 4],
/// }
/// let versions = golden::versions! {
///     GREW since "1.0" ends Old;
///     GREW since "2.0" ends Info[2];
///     GREW since "3.0" ends Info;
/// };
/// assert_eq!([versions[0].end, versions[1].end, versions[2].end], [4, 24, 40]);
/// ```
#[macro_export]
macro_rules! versions {
    ($( $name:ident since $since:literal ends $($field:ident).+ $([$length:expr])? ; )*) => {
        vec![$($crate::Version {
            name: stringify!($name),
            since: $since,
            end: $crate::versions!(@end $name, [$($field).+] $(, $length)?),
        }),*]
    };
    (@end $name:ident, [$($field:ident).+]) => {
        core::mem::offset_of!($name, $($field).+)
            + $crate::field_size(|s: *const $name| {
                // SAFETY: as in `layouts!`: nothing is read and the closure is never called.
                unsafe { &raw const (*s).$($field).+ }
            })
    };
    (@end $name:ident, [$($field:ident).+], $length:expr) => {
        core::mem::offset_of!($name, $($field).+)
            + $length
                * $crate::element_size(|s: *const $name| {
                    // SAFETY: as in `layouts!`: nothing is read and the closure is never called.
                    unsafe { &raw const (*s).$($field).+ }
                })
    };
}
